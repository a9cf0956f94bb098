package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

// licenseFile is what modules call their license.
var licenseFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice)(\.(md|txt))?$`)

// licenses are those of Go and of every module in the program, which ask to be
// passed on with it. A module without one is an error.
func licenses(program string) ([]byte, error) {
	all, err := modules(program)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("zerortc is under the license in LICENSE. It has in it:\n")
	if err := licensesIn(&b, "Go "+runtime.Version(), runtimeRoot()); err != nil {
		return nil, err
	}
	for _, m := range all {
		folder, err := output("go", "list", "-m", "-f", "{{.Dir}}", m.Path)
		if err != nil {
			return nil, err
		}
		if err := licensesIn(&b, m.Path+" "+m.Version, strings.TrimSpace(string(folder))); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

func runtimeRoot() string {
	root, err := output("go", "env", "GOROOT")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(root))
}

func licensesIn(b *bytes.Buffer, what, folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("the license of %s: %w", what, err)
	}
	found := false
	for _, e := range entries {
		if !e.Type().IsRegular() || !licenseFile.MatchString(e.Name()) {
			continue
		}
		content, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			return err
		}
		found = true
		fmt.Fprintf(b, "\n%s\n%s\n\n%s\n", what, strings.Repeat("-", len(what)), bytes.TrimSpace(content))
	}
	if !found {
		return fmt.Errorf("%s has no license in %s", what, folder)
	}
	return nil
}
