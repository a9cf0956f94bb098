package web

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"zerortc/config"
	"zerortc/web/certs"
)

// trusted is a handler that speaks for a CA, and that CA. Plain HTTP is off, since
// all about trust has to be there all the same.
func trusted(t *testing.T) (http.Handler, *certs.CA) {
	t.Helper()
	ca, err := certs.NewCA("box", certs.Permitted{}, time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return trusting(t, ca), ca
}

func trusting(t *testing.T, ca *certs.CA) http.Handler {
	t.Helper()
	h, err := newHandler(config.HTTP{PlainOff: true}, Parts{Signaling: upgradeSeen, ICE: listICE{}, CA: ca, TLS: true}, quietLog())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// trustRoutes are all there are, without the files that the page is made of.
var trustRoutes = []struct{ target, contentType, attachment string }{
	{"/trust", "text/html; charset=utf-8", ""},
	{"/trust/", "text/html; charset=utf-8", ""},
	{"/trust/index.html", "text/html; charset=utf-8", ""},
	{"/trust?lang=zh", "text/html; charset=utf-8", ""},
	{"/trust/info", "application/json", ""},
	{"/trust/qr.svg", "image/svg+xml", ""},
	{"/trust/zerortc-ca.crt", "application/x-x509-ca-cert", "zerortc-ca.crt"},
	{"/trust/zerortc-ca.pem", "application/x-pem-file", "zerortc-ca.pem"},
	{"/trust/zerortc-ca.mobileconfig", "application/x-apple-aspen-config", "zerortc-ca.mobileconfig"},
}

func TestTrustRoutes(t *testing.T) {
	h, _ := trusted(t)
	for _, c := range trustRoutes {
		for _, method := range []string{"GET", "HEAD"} {
			w := ask(h, method, c.target, "Origin: http://evil.example")
			header := w.Header()
			if w.Code != 200 || header.Get("Content-Type") != c.contentType {
				t.Errorf("%s %s: %d %q", method, c.target, w.Code, header.Get("Content-Type"))
			}
			want := ""
			if c.attachment != "" {
				want = `attachment; filename="` + c.attachment + `"`
			}
			if got := header.Get("Content-Disposition"); got != want {
				t.Errorf("%s: Content-Disposition %q", c.target, got)
			}
			for name := range header {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("%s: %s is for pages of others", c.target, name)
				}
			}
		}
		if w := ask(h, "POST", c.target); w.Code != 405 {
			t.Errorf("POST %s: %d", c.target, w.Code)
		}
	}
	for _, target := range []string{"/trust/none", "/trust/words/", "/trust/zerortc-ca.key", "/trust/page.js", "/trust/../local-ca.pem"} {
		if w := ask(h, "GET", target); w.Code == 200 {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
}

// With a certificate that devices trust already there is nothing to install.
func TestNoTrustPageWithoutACA(t *testing.T) {
	h := trusting(t, nil)
	for _, c := range trustRoutes {
		if w := ask(h, "GET", c.target); w.Code != 404 {
			t.Errorf("%s: %d", c.target, w.Code)
		}
	}
}

// What is given out is the certificate. A key in it would be everybody's.
func TestTrustKeepsTheKey(t *testing.T) {
	folder := t.TempDir()
	ca, err := certs.OpenCA(folder, "box", certs.Permitted{}, time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	text, secrets := keyIn(t, filepath.Join(folder, certs.CAFile))
	h := trusting(t, ca)
	for _, c := range trustRoutes {
		body := ask(h, "GET", c.target).Body.Bytes()
		if bytes.Contains(body, []byte("PRIVATE")) || bytes.Contains(body, text) {
			t.Errorf("%s has the key in it", c.target)
		}
		for _, secret := range secrets {
			if bytes.Contains(body, secret) {
				t.Errorf("%s has the key in it", c.target)
			}
		}
	}
	_, rest := pem.Decode(ask(h, "GET", "/trust/zerortc-ca.pem").Body.Bytes())
	if len(rest) > 0 {
		t.Errorf("behind the certificate: %q", rest)
	}
	if _, err := x509.ParseCertificate(ask(h, "GET", "/trust/zerortc-ca.crt").Body.Bytes()); err != nil {
		t.Error(err)
	}
}

// keyIn is the key of a CA's file: the text, and the bytes in each form.
func keyIn(t *testing.T, file string) (text []byte, secrets [][]byte) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, text = pem.Decode(content)
	block, _ := pem.Decode(text)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	scalar, err := key.(*ecdsa.PrivateKey).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSpace(text), [][]byte{block.Bytes, scalar}
}

func TestTrustInfo(t *testing.T) {
	h, ca := trusted(t)
	var got struct{ Name, Fingerprint, ValidUntil string }
	if err := json.Unmarshal(ask(h, "GET", "/trust/info").Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Name != ca.Name() || got.Fingerprint != ca.Fingerprint() || got.ValidUntil != "2036-06-01" {
		t.Errorf("%+v", got)
	}
}

// Whether the certificate is for the host by which the caller came.
func TestTrustInfoTellsWhatIsCovered(t *testing.T) {
	_, ca := trusted(t)
	h, err := newHandler(config.HTTP{}, Parts{Signaling: upgradeSeen, ICE: listICE{}, CA: ca, TLS: true,
		Covers: func(host string) bool { return host == "box.local" || host == "fd00::7" || host == "192.168.1.7" }}, quietLog())
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]bool{
		"box.local:9001": true, "192.168.1.7": true, "[fd00::7]:9001": true, "203.0.113.7:9001": false, "box.corp": false,
	} {
		var got struct{ Covers bool }
		r, w := httptest.NewRequest("GET", "/trust/info", nil), httptest.NewRecorder()
		r.Host = host
		h.ServeHTTP(w, r)
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if got.Covers != want {
			t.Errorf("%s: %v", host, got.Covers)
		}
	}
}

// The page asks this host by https whether it is trusted; other pages have no
// business there.
func TestTrustPagePolicy(t *testing.T) {
	h, _ := trusted(t)
	const probe = "connect-src 'self' ws://192.0.2.7:9001 wss://192.0.2.7:9001 https://192.0.2.7:9001;"
	for _, target := range []string{"/trust", "/trust/", "/trust/index.html"} {
		policy := ask(h, "GET", target).Header().Values("Content-Security-Policy")
		if len(policy) != 1 || !strings.Contains(policy[0], probe) || !strings.HasPrefix(policy[0], "default-src 'none'; script-src 'self';") {
			t.Errorf("%s: %s", target, policy)
		}
	}
	for _, target := range []string{"/healthz", "/trust/info", "/example/"} {
		if policy := ask(h, "GET", target).Header().Get("Content-Security-Policy"); strings.Contains(policy, "https:") {
			t.Errorf("%s: %s", target, policy)
		}
	}
	if policy := contentSecurityPolicy("x; script-src *", "https"); strings.Contains(policy, "https:") {
		t.Error(policy)
	}
}

// Everything the page needs is below /trust, where plain HTTP gets it: a device that
// does not trust us gets nothing else.
func TestTrustPageIsWhole(t *testing.T) {
	h, _ := trusted(t)
	needs := regexp.MustCompile(`(?:src|href)="([^"#]+)"|from '([^']+)'|fetch\('([^']+)'`)
	seen := map[string]bool{}
	var visit func(target string)
	visit = func(target string) {
		if seen[target] {
			return
		}
		seen[target] = true
		w := ask(h, "GET", target)
		if w.Code != 200 || !strings.HasPrefix(target, "/trust") {
			t.Errorf("%s: %d %s", target, w.Code, w.Header().Get("Location"))
			return
		}
		if kind := w.Header().Get("Content-Type"); !strings.HasPrefix(kind, "text/") {
			return
		}
		for _, m := range needs.FindAllStringSubmatch(w.Body.String(), -1) {
			needed := m[1] + m[2] + m[3]
			if !strings.HasPrefix(needed, "/") {
				needed = path.Join(path.Dir(target), needed)
			}
			visit(needed)
		}
	}
	visit("/trust")
	for _, target := range []string{"/trust/style.css", "/trust/words/zh-CN.js", "/trust/store.js", "/trust/info", "/trust/zerortc-ca.mobileconfig"} {
		if !seen[target] {
			t.Errorf("nothing led to %s", target)
		}
	}
}
