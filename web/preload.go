package web

import (
	"bytes"
	"io/fs"
	"net/http"
	"path"
	"slices"
)

// modules are the scripts that come with the one of this name, itself first. Without
// being told of them a browser finds the next ones only in those it has read: a page
// of many small modules is as many round trips late as its imports are deep.
func modules(from fs.FS, script string) (all []string) {
	next := []string{script}
	for len(next) > 0 {
		name := next[0]
		next = next[1:]
		content, err := fs.ReadFile(from, name)
		if err != nil || slices.Contains(all, name) {
			continue
		}
		all = append(all, name)
		for _, named := range imported(content) {
			next = append(next, path.Join(path.Dir(name), named))
		}
	}
	return all
}

// imported is what a module names to be loaded with it: the strings at the end of
// its import and export statements. Modules that it asks for later, by import(), are
// not to come before their time. A regular expression for it is slower, and the first who
// comes waits for it.
func imported(script []byte) (names []string) {
	within := false // a statement, which can have many lines
	for line := range bytes.Lines(script) {
		for _, begin := range []string{"import ", "export {", "export * "} {
			within = within || bytes.HasPrefix(line, []byte(begin))
		}
		statement, ends := bytes.CutSuffix(bytes.TrimRight(line, "\r\n"), []byte(";"))
		if !within || !ends {
			continue
		}
		within = false
		if words := bytes.Split(statement, []byte("'")); len(words) == 3 && bytes.HasPrefix(words[1], []byte(".")) {
			names = append(names, string(words[1]))
		}
	}
	return names
}

// preloading names modules in the head of the answer (RFC 8288; modulepreload is of
// the HTML standard), so that the browser asks for all of them at once.
func preloading(modules func() []string, page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, module := range modules() {
			w.Header().Add("Link", "</"+module+">; rel=modulepreload")
		}
		page.ServeHTTP(w, r)
	})
}
