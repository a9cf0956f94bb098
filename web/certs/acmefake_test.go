package certs

import (
	"context"
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// fakeACME is as much of RFC 8555 as our client sees: a directory, an account,
// orders for one name, and one challenge, which it checks by coming to us. It does
// not check signatures and nonces.
type fakeACME struct {
	*httptest.Server
	t         *testing.T
	root      *x509.Certificate
	key       *ecdsa.PrivateKey
	challenge string                           // tls-alpn-01 or http-01
	check     func(domain, token string) error // comes to us
	refuse    bool                             // every order

	mu      sync.Mutex
	orders  []*fakeOrder
	contact []string // of the account
}

type fakeOrder struct {
	domain string
	valid  bool // the challenge is met
	cert   []byte
}

func newFakeACME(t *testing.T, challenge string, check func(domain, token string) error) *fakeACME {
	t.Helper()
	f := &fakeACME{t: t, challenge: challenge, check: check, key: newKey(t)}
	now := time.Now()
	f.root, _ = sign(t, &x509.Certificate{
		Subject: pkix.Name{CommonName: "fake"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour * 9999),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, nil, f.key.Public(), f.key)
	mux := http.NewServeMux()
	mux.HandleFunc("/directory", f.directory)
	mux.HandleFunc("/nonce", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/account", func(w http.ResponseWriter, r *http.Request) {
		var account struct{ Contact []string }
		f.payload(r, &account)
		f.mu.Lock()
		f.contact = account.Contact
		f.mu.Unlock()
		w.Header().Set("Location", f.URL+"/account/1")
		f.answer(w, http.StatusCreated, map[string]any{"status": "valid"})
	})
	mux.HandleFunc("/order", f.newOrder)
	mux.HandleFunc("/order/{n}", f.order)
	mux.HandleFunc("/authz/{n}", f.authorization)
	mux.HandleFunc("/challenge/{n}", f.accepted)
	mux.HandleFunc("/finalize/{n}", f.finalize)
	mux.HandleFunc("/cert/{n}", f.certificate)
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Replay-Nonce", "a-nonce")
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(f.Close)
	return f
}

func (f *fakeACME) directory(w http.ResponseWriter, _ *http.Request) {
	f.answer(w, http.StatusOK, map[string]any{
		"newNonce": f.URL + "/nonce", "newAccount": f.URL + "/account", "newOrder": f.URL + "/order",
		"revokeCert": f.URL + "/none", "keyChange": f.URL + "/none", "meta": map[string]any{}})
}

func (f *fakeACME) newOrder(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Identifiers []struct{ Value string }
	}
	f.payload(r, &asked)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refuse {
		w.Header().Set("Content-Type", "application/problem+json")
		f.answer(w, http.StatusForbidden, map[string]any{"type": "urn:ietf:params:acme:error:rejectedIdentifier", "detail": "not for you"})
		return
	}
	f.orders = append(f.orders, &fakeOrder{domain: asked.Identifiers[0].Value})
	n := len(f.orders) - 1
	w.Header().Set("Location", fmt.Sprintf("%s/order/%d", f.URL, n))
	f.answer(w, http.StatusCreated, f.describe(n))
}

func (f *fakeACME) order(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answer(w, http.StatusOK, f.describe(f.number(r)))
}

func (f *fakeACME) describe(n int) map[string]any {
	o, status := f.orders[n], "pending"
	if o.valid {
		status = "ready"
	}
	if o.cert != nil {
		status = "valid"
	}
	return map[string]any{
		"status": status, "identifiers": []any{map[string]any{"type": "dns", "value": o.domain}},
		"authorizations": []string{fmt.Sprintf("%s/authz/%d", f.URL, n)},
		"finalize":       fmt.Sprintf("%s/finalize/%d", f.URL, n),
		"certificate":    fmt.Sprintf("%s/cert/%d", f.URL, n),
	}
}

func (f *fakeACME) authorization(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.number(r)
	status := "pending"
	if f.orders[n].valid {
		status = "valid"
	}
	f.answer(w, http.StatusOK, map[string]any{
		"status": status, "identifier": map[string]any{"type": "dns", "value": f.orders[n].domain},
		"challenges": []any{map[string]any{"type": f.challenge, "status": "pending", "token": token(n), "url": fmt.Sprintf("%s/challenge/%d", f.URL, n)}},
	})
}

// accepted is told when we are ready to be checked.
func (f *fakeACME) accepted(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.number(r)
	if err := f.check(f.orders[n].domain, token(n)); err != nil {
		f.t.Error(err)
	} else {
		f.orders[n].valid = true
	}
	f.answer(w, http.StatusOK, map[string]any{"type": f.challenge, "status": "processing", "token": token(n), "url": f.URL + r.URL.Path})
}

func (f *fakeACME) finalize(w http.ResponseWriter, r *http.Request) {
	var asked struct{ CSR string }
	f.payload(r, &asked)
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.number(r)
	csr := must(x509.ParseCertificateRequest(must(base64.RawURLEncoding.DecodeString(asked.CSR))(f.t)))(f.t)
	_, f.orders[n].cert = sign(f.t, &x509.Certificate{
		DNSNames: csr.DNSNames, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(90 * 24 * time.Hour),
	}, f.root, csr.PublicKey, f.key)
	f.answer(w, http.StatusOK, f.describe(n))
}

func (f *fakeACME) certificate(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	w.Write(block(certificateBlock, f.orders[f.number(r)].cert))
}

func (f *fakeACME) ordered() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.orders)
}

func token(n int) string { return fmt.Sprintf("token-%d", n) }

func (f *fakeACME) number(r *http.Request) (n int) {
	fmt.Sscan(r.PathValue("n"), &n)
	return n
}

// payload reads the inside of a JWS (RFC 7515 section 7.2.2).
func (f *fakeACME) payload(r *http.Request, into any) {
	var jws struct{ Payload string }
	if err := json.NewDecoder(r.Body).Decode(&jws); err != nil {
		f.t.Error(err)
	}
	if err := json.Unmarshal(must(base64.RawURLEncoding.DecodeString(jws.Payload))(f.t), into); err != nil {
		f.t.Error(err)
	}
}

func (f *fakeACME) answer(w http.ResponseWriter, status int, v any) {
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}

// checkTLSALPN comes as RFC 8737 section 3 has it.
func checkTLSALPN(at *net.Addr) func(domain, token string) error {
	return func(domain, _ string) error {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		dialer := tls.Dialer{Config: &tls.Config{ServerName: domain, NextProtos: []string{"acme-tls/1"}, InsecureSkipVerify: true}}
		conn, err := dialer.DialContext(ctx, "tcp", (*at).String())
		if err != nil {
			return err
		}
		defer conn.Close()
		state := conn.(*tls.Conn).ConnectionState()
		cert := state.PeerCertificates[0]
		answered := slices.ContainsFunc(cert.Extensions, func(e pkix.Extension) bool {
			return e.Critical && e.Id.String() == "1.3.6.1.5.5.7.1.31"
		})
		if !answered || !slices.Equal(cert.DNSNames, []string{domain}) || state.NegotiatedProtocol != "acme-tls/1" {
			return errors.New("the challenge was answered with another certificate")
		}
		return nil
	}
}

// checkHTTP comes as RFC 8555 section 8.3 has it.
func checkHTTP(handler *http.Handler) func(domain, token string) error {
	return func(domain, token string) error {
		w := httptest.NewRecorder()
		(*handler).ServeHTTP(w, httptest.NewRequest("GET", "http://"+domain+"/.well-known/acme-challenge/"+token, nil))
		if body, _ := io.ReadAll(w.Body); !strings.HasPrefix(string(body), token+".") {
			return fmt.Errorf("the challenge was answered with %d %s", w.Code, body)
		}
		return nil
	}
}
