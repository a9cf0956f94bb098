package certs

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// openACME is one that asks fake and has a client of its own, so that no
// connection outlives the test.
func openACME(t *testing.T, fake *fakeACME, folder string, log *diary, domains ...string) *ACME {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return must(NewACME(ACMEOptions{
		Domains: domains, Email: "admin@example.org", Directory: fake.URL + "/directory", Folder: folder, Client: &http.Client{Transport: transport},
	}, log.log()))(t)
}

func TestACMEByTLSALPN(t *testing.T) {
	var at net.Addr
	fake := newFakeACME(t, "tls-alpn-01", checkTLSALPN(&at))
	folder, log := filepath.Join(t.TempDir(), "acme"), newDiary()
	a := openACME(t, fake, folder, log, "call.example.org", "turn.example.org")
	at = serveTLS(t, "127.0.0.1:0", a)
	if _, err := shake(t, at, fake.root, "call.example.org"); err == nil {
		t.Error("there is a certificate before Serve")
	}
	if fake.ordered() > 0 {
		t.Error("a handshake made us ask the CA")
	}
	stop := start(t, a)
	log.waitFor(t, `msg="certificate obtained" domain=call.example.org`)
	log.waitFor(t, `msg="certificate obtained" domain=turn.example.org`)
	for sent, want := range map[string]string{
		"call.example.org": "call.example.org", "TURN.example.org": "turn.example.org",
		"":                  "call.example.org", // a TURN client that came by address
		"other.example.org": "call.example.org",
	} {
		cert := must(a.Certificate(helloFor(sent)))(t)
		if !slices.Equal(cert.Leaf.DNSNames, []string{want}) {
			t.Errorf("for %q: the one of %v", sent, cert.Leaf.DNSNames)
		}
	}
	must(shake(t, at, fake.root, "call.example.org"))(t)
	stop()
	wantMode(t, folder, 0o700)
	for _, entry := range must(os.ReadDir(folder))(t) {
		wantMode(t, filepath.Join(folder, entry.Name()), 0o600)
	}

	later := newDiary()
	defer start(t, openACME(t, fake, folder, later, "call.example.org"))()
	later.waitFor(t, "certificate obtained")
	if fake.ordered() != 2 {
		t.Errorf("%d orders: what was in the folder was not used", fake.ordered())
	}
}

func TestACMEByHTTP(t *testing.T) {
	var handler http.Handler
	fake := newFakeACME(t, "http-01", checkHTTP(&handler))
	log := newDiary()
	a := openACME(t, fake, t.TempDir(), log, "call.example.org")
	handler = a.HTTPHandler(http.NotFoundHandler())
	defer start(t, a)()
	log.waitFor(t, "certificate obtained")
	fake.mu.Lock()
	if !slices.Equal(fake.contact, []string{"mailto:admin@example.org"}) {
		t.Errorf("the CA is told %q", fake.contact)
	}
	fake.mu.Unlock()
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest("GET", "/elsewhere", nil))
	if w.Code != http.StatusNotFound {
		t.Errorf("other requests do not come through: %d", w.Code)
	}
}

// A CA that refuses leaves us waiting to ask again, with the reason in the log.
func TestACMERefused(t *testing.T) {
	fake := newFakeACME(t, "http-01", nil)
	fake.refuse = true
	log := newDiary()
	a := openACME(t, fake, t.TempDir(), log, "call.example.org")
	stop := start(t, a)
	log.waitFor(t, "no certificate obtained")
	if told := log.with("not for you"); len(told) != 1 {
		t.Errorf("told %q", log.with(""))
	}
	if _, err := a.Certificate(helloFor("call.example.org")); !errors.Is(err, ErrNotYet) {
		t.Errorf("got %v", err)
	}
	begun := time.Now()
	if stop(); time.Since(begun) > 5*time.Second {
		t.Errorf("it took %v to stop", time.Since(begun))
	}
}

// A CA that never answers must not keep the process from ending.
func TestACMEEndsWithItsContext(t *testing.T) {
	asked, gone := make(chan struct{}), make(chan struct{})
	deaf := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(asked)
		<-r.Context().Done() // we have hung up
		close(gone)
	}))
	defer deaf.Close()
	log := newDiary()
	a := openACME(t, &fakeACME{Server: deaf}, t.TempDir(), log, "call.example.org")
	stop := start(t, a)
	<-asked
	stop()
	select {
	case <-gone:
	case <-time.After(10 * time.Second):
		t.Error("the request goes on")
		deaf.CloseClientConnections()
	}
	if told := log.with(""); len(told) > 0 {
		t.Errorf("told %q", told)
	}
}

func TestACMEDomains(t *testing.T) {
	for _, row := range []struct{ given, want []string }{
		{[]string{"Call.Example.org.", "call.example.org", "turn.example.org"}, []string{"call.example.org", "turn.example.org"}},
		{[]string{"müller.example"}, []string{"xn--mller-kva.example"}},
		{nil, nil},
		{[]string{"vm"}, nil},
		{[]string{"192.0.2.2"}, nil},
		{[]string{"2001:db8::1"}, nil},
		{[]string{"*.example.org"}, nil},
		{[]string{"call.example.org", ""}, nil},
		{[]string{"call.example.org:443"}, nil},
	} {
		a, err := NewACME(ACMEOptions{Domains: row.given, Folder: "x"}, quiet())
		if (err == nil) != (row.want != nil) || err == nil && !slices.Equal(a.domains, row.want) {
			t.Errorf("%q: %v", row.given, err)
		}
	}
	_, err := NewACME(ACMEOptions{Domains: []string{"call.example.org"}}, quiet())
	wantError(t, err, "--state-dir")
	a := must(NewACME(ACMEOptions{Domains: []string{"call.example.org"}, Folder: "x"}, quiet()))(t)
	if !a.Covers("CALL.example.org") || a.Covers("192.0.2.2") {
		t.Error("covers the wrong one")
	}
	wantText(t, a.Describe(), "call.example.org", "https://acme-v02.api.letsencrypt.org/directory")
}
