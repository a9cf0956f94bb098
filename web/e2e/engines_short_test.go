//go:build !page

package e2e

// engines are the browsers of the short run: make test.
var engines = []*engine{{name: "chromium", start: startChromiumIn}}
