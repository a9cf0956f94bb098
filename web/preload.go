package web

import (
	"net/http"
	"path"
	"regexp"
)

// imported finds what a module names to be loaded with it. Modules that it asks for
// later, by import(), are not to come before their time.
var imported = regexp.MustCompile(`(?m)^(?:import|export) [^;]*?from '(\.[^']+)';|^import '(\.[^']+)';`)

// modules are the scripts that come with the one at the path, itself first. Without
// being told of them a browser finds the next ones only in those it has read: a page
// of many small modules is as many round trips late as its imports are deep.
func (files staticFiles) modules(script string) (all []string) {
	all = []string{script}
	seen := map[string]bool{script: true}
	for i := 0; i < len(all); i++ {
		for _, words := range imported.FindAllSubmatch(files[all[i]].content, -1) {
			next := path.Join(path.Dir(all[i]), string(words[1])+string(words[2]))
			if _, there := files[next]; there && !seen[next] {
				seen[next] = true
				all = append(all, next)
			}
		}
	}
	return all
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
