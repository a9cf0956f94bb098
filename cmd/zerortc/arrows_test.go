package interop

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// pkg is what go list tells about a package.
type pkg struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

const (
	module = "zerortc/"
	engine = module + "turnserver/engine"
	killer = module + "turnserver/interop"
	turnv2 = "github.com/pion/turn/v2"
)

// parts of the program that do not know one another, but their settings.
var parts = []string{"signaling", "turnserver", "web"}

// TestTurnLibraryHasOneImporter: a later major of the library is a change in one
// package. Tests of the bare library are here and nowhere else.
func TestTurnLibraryHasOneImporter(t *testing.T) {
	used := false
	for _, p := range packages(t) {
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
	for _, p := range packages(t) {
		from := part(p.ImportPath)
		seen[from] = true
		for _, i := range p.Imports {
			if !strings.HasPrefix(i, module) {
				continue
			}
			if to := part(i); !mayImport(from, to) {
				t.Errorf("%s imports %s", p.ImportPath, i)
			}
			if i == module+"turnserver" && from == "turnserver" {
				t.Errorf("%s imports the server it is a part of", p.ImportPath)
			}
		}
	}
	for _, name := range append([]string{"config", "cmd"}, parts...) {
		if !seen[name] {
			t.Errorf("there is no package in %s: this test has lost its meaning", name)
		}
	}
}

func mayImport(from, to string) bool {
	return from == to || from == "cmd" || slices.Contains(parts, from) && to == "config"
}

// part is the top-level folder of a package of ours.
func part(path string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, module), "/")
	return name
}

// packages lists the whole module.
func packages(t *testing.T) (all []pkg) {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", module+"...")
	out, err := cmd.Output()
	must(t, err)
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); err == io.EOF {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
