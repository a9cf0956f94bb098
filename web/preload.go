package web

import (
	"bytes"
	"net/http"
	"path"
)

// modules are the scripts that come with the one at the path, itself first. Without
// being told of them a browser finds the next ones only in those it has read: a page
// of many small modules is as many round trips late as its imports are deep.
func (files staticFiles) modules(script string) (all []string) {
	all = []string{script}
	seen := map[string]bool{script: true}
	for i := 0; i < len(all); i++ {
		for _, named := range imported(files[all[i]].content) {
			next := path.Join(path.Dir(all[i]), named)
			if _, there := files[next]; there && !seen[next] {
				seen[next] = true
				all = append(all, next)
			}
		}
	}
	return all
}

// imported is what a module names to be loaded with it: the strings at the end of
// its import and export statements. Modules that it asks for later, by import(), are
// not to come before their time. Every script is read so at every start: a regular
// expression for it took a sixth of the start.
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
func preloading(modules []string, page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, module := range modules {
			w.Header().Add("Link", "<"+module+">; rel=modulepreload")
		}
		page.ServeHTTP(w, r)
	})
}
