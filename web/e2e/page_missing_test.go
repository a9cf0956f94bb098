//go:build page

package e2e

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

// gappy is a server seen through a proxy that some files do not get through.
type gappy struct {
	page string
	lost atomic.Pointer[[]string] // their paths
}

func newGappy(t *testing.T, s *server, lost ...string) *gappy {
	t.Helper()
	to, err := url.Parse(s.page)
	if err != nil {
		t.Fatal(err)
	}
	g := &gappy{}
	g.lose(lost...)
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host
	}}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if slices.Contains(*g.lost.Load(), r.URL.Path) {
			http.Error(w, "lost", http.StatusBadGateway)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	g.page = front.URL + "/"
	return g
}

func (g *gappy) lose(paths ...string) { g.lost.Store(&paths) }

// reloading does what has the page load itself again, and waits until it lives. While it
// is between two documents it answers with errors.
func (p *page) reloading(do func()) {
	p.t.Helper()
	p.run("window.before = true")
	do()
	for end := time.Now().Add(stepDeadline); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		fresh, err := p.tab.evaluate("!window.before && Boolean(document.getElementById('join')?.textContent)")
		if err == nil && string(fresh) == "true" {
			return
		}
	}
	p.fatalf("it does not load itself again")
}

// TestPagePartMissed: whoever wants what comes later and does not come is told, and a
// reload brings it, and the call.
func TestPagePartMissed(t *testing.T) { inEach(t, pagePartMissed) }

func pagePartMissed(t *testing.T, s *scene) {
	g := newGappy(t, s.server, "/page/pickers.js", "/page/qr.js", "/page/keyhelp.js", "/page/extras.js")
	p := s.openPage("anna", "", unaskedCamera)
	p.openAt(g.page + s.room("part-missed"))
	p.click("preview-start")
	for _, ask := range []func(){
		func() {},
		func() { p.click("join"); p.waitState("Waiting for the other person"); p.click("invite-qr") },
		func() { p.choose("keys-open") },
		func() { p.choose("devices-open") },
		func() { p.click("chat-open") },
	} {
		ask()
		p.waitNotice("part-missed")
		p.pressAction("close")
		p.waitFor("document.getElementById('notice').hidden")
	}

	p.click("invite-qr")
	p.waitNotice("part-missed")
	p.photograph()
	g.lose()
	p.reloading(func() { p.pressAction("reload") })
	p.waitState("Waiting for the other person")
	p.click("invite-qr")
	p.waitFor("document.getElementById('dialog').open && document.querySelector('#dialog #qr-copy')")
}

// TestPageUnloaded: a page whose script does not come is not one without a word.
func TestPageUnloaded(t *testing.T) { inEach(t, pageUnloaded) }

func pageUnloaded(t *testing.T, s *scene) {
	g := newGappy(t, s.server)
	p := s.open("anna", "about:blank")
	const look = "getComputedStyle(document.getElementById('unloaded')).visibility"
	for _, path := range []string{"", "test"} {
		g.lose("/page/dom.js")
		p.goTo(g.page + path)
		p.waitFor(look + " === 'hidden'")
		p.run("for (const wait of document.getElementById('unloaded').getAnimations()) wait.finish()")
		p.waitFor(look + " === 'visible'")
		p.photographAs("unloaded")
		g.lose()
		p.goTo(g.page + path)
		p.waitFor("document.getElementById('unloaded') === null")
	}
}
