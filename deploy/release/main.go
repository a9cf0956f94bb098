// Command release makes what is given away: the program for each system as an
// archive, with the licenses of all that is in it and a bill of materials, packages
// for Debian and for rpm, and SHA256SUMS.
//
//	go run ./deploy/release            everything, into dist
//	go run ./deploy/release -only deb  the Debian packages
//
// Two runs at the same commit, with the same Go, make the same bytes wherever the
// folder is: nothing here bears the time or the name of the machine, only those of
// the commit.
//
// source.go knows what is built, target.go builds it, archive.go and packages.go
// wrap it up, licenses.go and materials.go tell what is in it.
package main

import (
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	out := flag.String("out", "dist", "the folder to make it in")
	only := flag.String("only", "", "kinds to make, with commas: archive, deb, rpm; none: all")
	targets := flag.String("targets", "", "systems to make it for, with commas, such as linux/amd64; none: all")
	version := flag.String("version", "", "the version, such as v1.2.3; none: what the repository says")
	flag.Parse()
	if err := run(*out, list(*only), list(*targets), *version); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func list(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

func run(out string, only, wanted []string, version string) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "zerortc-release")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	s, err := newSource(work, version)
	if err != nil {
		return err
	}
	targets, err := choose(wanted)
	if err != nil {
		return err
	}
	wants := func(kind string) bool { return len(only) == 0 || slices.Contains(only, kind) }
	var made []string
	for _, t := range targets {
		b, err := s.build(t, filepath.Join(work, t.name()))
		if err != nil {
			return err
		}
		if wants("archive") {
			names, err := b.archive(out)
			if err != nil {
				return err
			}
			made = append(made, names...)
		}
		for _, kind := range []string{"deb", "rpm"} {
			if t.packages[kind] == "" || !wants(kind) {
				continue
			}
			name, err := b.pack(kind, out)
			if err != nil {
				return err
			}
			made = append(made, name)
		}
	}
	return sums(out, made)
}

// sums writes SHA256SUMS of what was made, as sha256sum --check reads it.
func sums(out string, names []string) error {
	slices.Sort(names)
	var text strings.Builder
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(out, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&text, "%x  %s\n", sha256.Sum256(content), name)
	}
	fmt.Print(text.String())
	return os.WriteFile(filepath.Join(out, "SHA256SUMS"), []byte(text.String()), 0o644)
}

// choose are the targets of these names; no names: all.
func choose(names []string) (chosen []target, err error) {
	if len(names) == 0 {
		return targets, nil
	}
	for _, name := range names {
		at := slices.IndexFunc(targets, func(t target) bool { return t.os+"/"+t.arch == name })
		if at < 0 {
			return nil, errors.New("nothing is made for " + name)
		}
		chosen = append(chosen, targets[at])
	}
	return chosen, nil
}
