package e2e

import (
	"encoding/json"
	"io"
	"os"
	"sync"
	"testing"
)

// engine is a kind of browser that tests run in.
type engine struct {
	name  string
	start func(dir string, w world) (browser, error)

	once    sync.Once // starts what the tests share
	browser browser
	err     error
	dir     string
}

// world is how the machine of a browser differs from one that has a camera and a
// microphone, which everybody may use.
type world struct {
	asks     bool // the person is asked first
	noCamera bool
	cameras  int    // if there is more than one; Chromium only
	host     string // a network namespace that it is in, if it is not in ours
	trusts   bool   // takes every certificate for good
}

// shared is the browser in which most tests open their tabs.
func (e *engine) shared(t *testing.T) browser {
	t.Helper()
	e.once.Do(func() {
		if e.dir, e.err = os.MkdirTemp("", "zerortc-"+e.name+"-"); e.err == nil {
			e.browser, e.err = e.start(e.dir, world{})
		}
	})
	if e.err != nil {
		t.Fatal(e.err)
	}
	return e.browser
}

// private is a browser of the test's own.
func (e *engine) private(t *testing.T, w world) browser {
	t.Helper()
	b, err := e.start(t.TempDir(), w)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.close)
	return b
}

// close ends the shared browser, if there is one.
func (e *engine) close() {
	if e.browser != nil {
		e.browser.close()
	}
	os.RemoveAll(e.dir)
}

// browser is Chromium or Firefox.
type browser interface {
	// open shows an empty page in a tab with a storage of its own: to the server, a
	// person. What the page says to its console is written to console, a line each.
	open(console io.Writer) (tab, error)
	close()
}

// tab is what the tests need of a browser's tab. Each step has stepDeadline.
type tab interface {
	// navigate returns when the page is loaded; so does reload.
	navigate(url string) error
	reload() error
	// before has a script run before those of each page loaded from now on.
	before(script string) error
	// evaluate runs a script in the page and returns its value, awaited.
	evaluate(script string) (json.RawMessage, error)
	// tap presses and releases at a point of the page that is shown, in CSS pixels.
	tap(x, y float64) error
	// press types text and the keys below into what has the focus.
	press(keys string) error
	// resize makes the page this large, and a phone's if so wished.
	resize(width, height int, phone bool) error
	// screenshot is a PNG of what is shown, or of all of the page.
	screenshot(whole bool) ([]byte, error)
	// prefer answers a media query of CSS, such as prefers-color-scheme.
	prefer(feature, value string) error
	// permit is what the person says when the page at origin wants camera and microphone.
	permit(origin string, yes bool) error
	close()
}

// Keys that have no letter.
const (
	keyTab       = "\t"
	keyEnter     = "\r"
	keyEscape    = "\x1b"
	keyBackspace = "\b"
)
