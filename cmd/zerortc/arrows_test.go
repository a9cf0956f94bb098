package main

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// packageFacts is what go list tells about a package.
type packageFacts struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

const (
	ours   = "zerortc/"
	engine = ours + "turnserver/engine"
	killer = ours + "turnserver/interop"
	turnv2 = "github.com/pion/turn/v2"
)

// apart are the parts of the program that do not know one another, but their settings.
var apart = []string{"signaling", "turnserver", "web"}

// TestTurnLibraryHasOneImporter: a later major of the library is a change in one
// package. Tests of the bare library are in turnserver/interop and nowhere else.
func TestTurnLibraryHasOneImporter(t *testing.T) {
	used := false
	for _, p := range listPackages(t) {
		imports := p.Imports
		if p.ImportPath != killer {
			imports = slices.Concat(imports, p.TestImports, p.XTestImports)
		}
		for _, i := range imports {
			if !strings.HasPrefix(i, "github.com/pion/turn") {
				continue
			}
			if used = true; i != turnv2 || p.ImportPath != engine {
				t.Errorf("%s imports %s", p.ImportPath, i)
			}
		}
	}
	if !used {
		t.Errorf("nobody imports %s: this test has lost its meaning", turnv2)
	}
}

// TestImportsFormATree: cmd knows everything, each part itself and its settings,
// and the settings nobody. Inside turnserver the small packages do not know
// their server.
func TestImportsFormATree(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range listPackages(t) {
		from := folderOf(p.ImportPath)
		seen[from] = true
		for _, i := range p.Imports {
			if !strings.HasPrefix(i, ours) {
				continue
			}
			if to := folderOf(i); !mayImport(from, to) {
				t.Errorf("%s imports %s", p.ImportPath, i)
			}
			if i == ours+"turnserver" && from == "turnserver" {
				t.Errorf("%s imports the server it is a part of", p.ImportPath)
			}
		}
	}
	for _, name := range append([]string{"config", "cmd"}, apart...) {
		if !seen[name] {
			t.Errorf("there is no package in %s: this test has lost its meaning", name)
		}
	}
}

func mayImport(from, to string) bool {
	return from == to || from == "cmd" || slices.Contains(apart, from) && to == "config"
}

// folderOf is the top-level folder of a package of ours.
func folderOf(path string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, ours), "/")
	return name
}

// listPackages lists the whole module.
func listPackages(t *testing.T) (all []packageFacts) {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", ours+"...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p packageFacts
		if err := d.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
