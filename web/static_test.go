package web

import (
	"regexp"
	"strings"
	"testing"

	"zerortc/web/static"
)

func TestFilesAreAskedForAgainAndNotSentAgain(t *testing.T) {
	h := testHandler(t, listICE{}, quietLog())
	first := ask(h, "GET", "/example/client.js")
	etag := first.Header().Get("ETag")
	if etag == "" || first.Header().Get("Cache-Control") != "no-cache" {
		t.Fatalf("%v", first.Header())
	}
	if again := ask(h, "GET", "/example/client.js", "If-None-Match: "+etag); again.Code != 304 || again.Body.Len() > 0 {
		t.Errorf("unchanged: %d, %d bytes", again.Code, again.Body.Len())
	}
	if newer := ask(h, "GET", "/example/client.js", `If-None-Match: "of yesterday"`); newer.Code != 200 {
		t.Errorf("changed: %d", newer.Code)
	}
	if other := ask(h, "GET", "/example/style.css").Header().Get("ETag"); other == etag {
		t.Error("two files, one ETag")
	}
}

func TestFolderIsItsIndex(t *testing.T) {
	h := testHandler(t, listICE{}, quietLog())
	index, err := static.Files.ReadFile("example/index.html")
	if err != nil {
		t.Fatal(err)
	}
	if got := ask(h, "GET", "/example/").Body.String(); got != string(index) {
		t.Errorf("%.80s", got)
	}
}

// The example is what people copy: it needs nobody else's host, and nothing that
// our own policy would forbid.
func TestExampleKeepsToItself(t *testing.T) {
	for _, name := range []string{"index.html", "client.js", "style.css"} {
		content, err := static.Files.ReadFile("example/" + name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(content)
		for _, word := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "style=", "onclick=\"", "//cdn"} {
			if strings.Contains(text, word) {
				t.Errorf("%s: %s", name, word)
			}
		}
		for _, url := range regexp.MustCompile(`(https?|wss?)://\w+(\.\w+)*`).FindAllString(text, -1) {
			if url != "https://where.your.page.is" {
				t.Errorf("%s: %s", name, url)
			}
		}
	}
}
