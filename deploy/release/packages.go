package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// packer is the program that writes packages; the module that has it is apart, so
// that the server depends on nothing of it.
var packer = []string{"tool", "-modfile=.ci/packages/go.mod", "nfpm"}

// pack makes a package by deploy/packages/nfpm.yaml, which names files of the folder
// that stage fills. It returns the package's name.
func (b *built) pack(kind, out string) (string, error) {
	if err := b.stage(); err != nil {
		return "", err
	}
	path, err := nfpm()
	if err != nil {
		return "", err
	}
	name := fmt.Sprintf("zerortc_%s-1_%s.deb", b.packaged(), b.packages[kind])
	if kind == "rpm" {
		name = fmt.Sprintf("zerortc-%s-1.%s.rpm", b.packaged(), b.packages[kind])
	}
	absolute, err := filepath.Abs(filepath.Join(out, name))
	if err != nil {
		return "", err
	}
	cmd := exec.Command(path, "package", "--config", "nfpm.yaml", "--packager", kind, "--target", absolute)
	cmd.Dir = b.folder
	cmd.Env = append(os.Environ(), "VERSION="+b.packaged(), "ARCH="+b.packages[kind],
		fmt.Sprintf("SOURCE_DATE_EPOCH=%d", b.at.Unix()))
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("packing %s: %w\n%s", name, err, text)
	}
	return name, nil
}

// nfpm is where the go command keeps the packer once it is built.
func nfpm() (string, error) {
	path, err := output("go", append(packer[:2:2], "-n", packer[2])...)
	if err != nil {
		return "", err
	}
	if _, err := output("go", append(packer, "--version")...); err != nil {
		return "", err
	}
	return strings.TrimSpace(string(path)), nil
}

// stage puts beside the program what the packages have besides.
func (b *built) stage() error {
	documents, err := b.documents()
	if err != nil {
		return err
	}
	for i, d := range documents {
		if d.name == "zerortc.8" {
			if documents[i].content, err = gzipped(d.content); err != nil {
				return err
			}
			documents[i].name += ".gz"
		}
	}
	own, err := os.ReadFile("LICENSE")
	if err != nil {
		return err
	}
	copyright := append(own, "\nThe licenses of what is in the program: /usr/share/doc/zerortc/third-party.txt\n"...)
	others, err := licenses(b.path)
	if err != nil {
		return err
	}
	changelog, err := gzipped(b.changelog())
	if err != nil {
		return err
	}
	items := append(documents, item{"copyright", 0o644, copyright}, item{"third-party.txt", 0o644, others}, item{"changelog.gz", 0o644, changelog})
	for _, pattern := range []string{"deploy/packages/*", "deploy/*.service", "deploy/*.socket", "deploy/*.sysusers", "deploy/zerortc.example.yaml"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			return fmt.Errorf("no %s, %w", pattern, err)
		}
		for _, name := range names {
			content, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			items = append(items, item{filepath.Base(name), 0o644, content})
		}
	}
	for _, i := range items {
		if err := os.WriteFile(filepath.Join(b.folder, i.name), i.content, os.FileMode(i.mode)); err != nil {
			return err
		}
	}
	return nil
}

// changelog has the one entry that Debian wants; the history is in the repository.
func (s *source) changelog() []byte {
	return fmt.Appendf(nil, "zerortc (%s-1) unstable; urgency=medium\n\n  * Built from %s.\n\n -- %s  %s\n",
		s.packaged(), s.version, maintainer, s.at.Format("Mon, 02 Jan 2006 15:04:05 -0700"))
}

// maintainer has to be the one in nfpm.yaml.
const maintainer = "The zerortc authors <zerortc@localhost>"
