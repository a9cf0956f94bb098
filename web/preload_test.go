package web

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every script of the page is named in the head of its answer, and exists; those of
// other pages are not.
func TestPreloading(t *testing.T) {
	files, err := loadStatic()
	if err != nil {
		t.Fatal(err)
	}
	named := files.modules("/page/page.js")
	for _, name := range []string{"/page/page.js", "/page/store.js", "/page/words/en.js"} { // of the page, deep down, in a folder
		if !slices.Contains(named, name) {
			t.Errorf("no %s in %s", name, named)
		}
	}
	for _, name := range named {
		if _, there := files[name]; !there || !strings.HasPrefix(name, "/page/") {
			t.Errorf("%s is not of the page", name)
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

// statement is another way to find them, too slow for every start.
var statement = regexp.MustCompile(`(?m)^(?:import|export) [^;]*?from '(\.[^']+)';|^import '(\.[^']+)';`)

// In every script that we have, nothing is overlooked.
func TestNothingImportedIsOverlooked(t *testing.T) {
	files, err := loadStatic()
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for name, file := range files {
		if !strings.HasSuffix(name, ".js") {
			continue
		}
		var want []string
		for _, words := range statement.FindAllSubmatch(file.content, -1) {
			want = append(want, string(words[1])+string(words[2]))
		}
		if got := imported(file.content); !slices.Equal(got, want) {
			t.Errorf("%s imports %q, found %q", name, want, got)
		}
		found += len(want)
	}
	if found < 50 {
		t.Errorf("%d imports in all", found)
	}
}

func TestImported(t *testing.T) {
	files := staticFiles{
		"/a.js": {content: []byte("// import x from './no.js';\nimport { b } from './b.js';\nimport {\n  c,\n} from './d/c.js';\nimport './e.js';\nconst f = () => import('./f.js');\n")},
		"/b.js": {content: []byte("export { a } from './a.js';\nimport g from './missing.js';\n")}, "/d/c.js": {content: []byte("import b from '../b.js';")},
		"/e.js": {}, "/f.js": {}, "/no.js": {},
	}
	if got := strings.Join(files.modules("/a.js"), " "); got != "/a.js /b.js /d/c.js /e.js" {
		t.Errorf("got %s", got)
	}
}
