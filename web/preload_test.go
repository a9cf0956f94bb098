package web

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"zerortc/web/static"
)

// Every script of the page is named in the head of its answer, and exists; those of
// other pages are not.
func TestPreloading(t *testing.T) {
	named := modules(static.Files, "page/page.js")
	for _, name := range []string{"page/page.js", "page/store.js", "page/words/en.js"} { // of the page, deep down, in a folder
		if !slices.Contains(named, name) {
			t.Errorf("no %s in %s", name, named)
		}
	}
	for _, name := range named {
		if _, err := fs.Stat(static.Files, name); err != nil || !strings.HasPrefix(name, "page/") {
			t.Errorf("%s is not of the page", name)
		}
		if name == "page/talk.js" {
			t.Error("what comes after the first picture holds it back")
		}
	}

	h := testHandler(t, listICE{}, quietLog())
	for _, path := range []string{"/", "/room/blue"} {
		if got := ask(h, "GET", path).Header().Values("Link"); len(got) != len(named) || got[0] != "</page/page.js>; rel=modulepreload" {
			t.Errorf("%s: %s", path, got)
		}
	}
	if got := ask(h, "GET", "/page/page.js").Header().Values("Link"); len(got) != 0 {
		t.Errorf("a script: %s", got)
	}
}

// statement is another way to find them, which is slower.
var statement = regexp.MustCompile(`(?m)^(?:import|export) [^;]*?from '(\.[^']+)';|^import '(\.[^']+)';`)

// In every script that we have, nothing is overlooked.
func TestNothingImportedIsOverlooked(t *testing.T) {
	found := 0
	err := fs.WalkDir(static.Files, ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".js" {
			return err
		}
		content, err := static.Files.ReadFile(name)
		var want []string
		for _, words := range statement.FindAllSubmatch(content, -1) {
			want = append(want, string(words[1])+string(words[2]))
		}
		if got := imported(content); !slices.Equal(got, want) {
			t.Errorf("%s imports %q, found %q", name, want, got)
		}
		found += len(want)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 50 {
		t.Errorf("%d imports in all", found)
	}
}

func TestImported(t *testing.T) {
	script := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	files := fstest.MapFS{
		"a.js":   script("// import x from './no.js';\nimport { b } from './b.js';\nimport {\n  c,\n} from './d/c.js';\nimport './e.js';\nconst f = () => import('./f.js');\n"),
		"b.js":   script("export { a } from './a.js';\nimport g from './missing.js';\n"),
		"d/c.js": script("import b from '../b.js';"),
		"e.js":   script(""), "f.js": script(""), "no.js": script(""),
	}
	if got := strings.Join(modules(files, "a.js"), " "); got != "a.js b.js d/c.js e.js" {
		t.Errorf("got %s", got)
	}
}
