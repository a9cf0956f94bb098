//go:build page

package e2e

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCopiedPage: the example's files, served by somebody else, need one constant
// changed. Loopback names are one host to the server, so no origin has to be listed.
func TestCopiedPage(t *testing.T) {
	there := httptest.NewServer(http.HandlerFunc(serveCopy))
	defer there.Close()
	url := there.URL + "/index.html?room=copied&policy=relay&transport=udp"
	s := newScene(t, shared)
	anna := s.open("anna", url)
	anna.waitState("Waiting for the other side")
	ben := s.openExample("ben", "room=copied")
	mustBeInACall(anna, ben)
	anna.photograph()
}

func serveCopy(w http.ResponseWriter, r *http.Request) {
	name := filepath.Base(r.URL.Path)
	content, err := os.ReadFile(filepath.Join("..", "static", "example", name))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	content = bytes.Replace(content, []byte("const SERVER = location.host;"), []byte("const SERVER = '"+shared.host+"';"), 1)
	switch filepath.Ext(name) {
	case ".js":
		w.Header().Set("Content-Type", "text/javascript")
	case ".css":
		w.Header().Set("Content-Type", "text/css")
	}
	w.Write(content)
}

// TestInsecurePage: over plain http from another machine there is no camera, and
// the page says what to do.
func TestInsecurePage(t *testing.T) {
	port := shared.host[strings.LastIndex(shared.host, ":"):]
	p := newScene(t, shared).open("anna", "http://"+insecureHost+port+"/example/?room=insecure")
	p.waitState("http://" + insecureHost + port + " at chrome://flags/")
	p.waitFor("document.getElementById('join').disabled")
	p.becomePhone()
	p.photograph()
}

// TestOnAPhone: the call fits a small upright screen. The picture is for the eye.
func TestOnAPhone(t *testing.T) {
	anna, _ := newScene(t, shared).call("room=phone")
	anna.becomePhone()
	anna.mustSeeMovingVideo()
	anna.photograph()
}

func (p *page) becomePhone() {
	p.t.Helper()
	p.must(p.tab.resize(390, 844, true))
	p.waitFor("innerWidth === 390")
	if evaluate[bool](p, "document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight") {
		p.fatalf("the page is larger than the phone")
	}
}

// TestServerRestart: a call whose server goes away and comes back starts anew,
// nobody touching anything.
func TestServerRestart(t *testing.T) {
	first, err := startServer("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := newScene(t, first)
	anna, ben := s.call("room=restart&policy=relay")
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	anna.waitState("No connection to the server.")
	ben.waitState("No connection to the server.")
	second, err := startServer(first.host)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := second.stop(); err != nil {
			t.Error(err)
		}
	}()
	s.server = second
	mustBeInACall(anna, ben)
}
