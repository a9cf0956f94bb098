//go:build page

package e2e

// engines are the browsers in which each story that does not depend on one is told.
var engines = []*engine{
	{name: "chromium", start: startChromiumIn},
	{name: "firefox", start: startFirefoxIn},
}
