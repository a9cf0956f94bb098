package certs

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
	"golang.org/x/net/idna"
)

// ACME has certificates from a CA that speaks RFC 8555, such as Let's Encrypt. The
// work is done by golang.org/x/crypto/acme/autocert; certmagic can do more, none of
// which a server with a few names needs, and brings a logger and a DNS library.
//
// What autocert leaves open is closed here: it obtains a certificate in the first
// handshake that asks for it, which may take minutes; it has none for a caller who
// came by address; and it never gives up when the process wants to end.
type ACME struct {
	domains []string
	manager *autocert.Manager
	log     *slog.Logger
	ready   []atomic.Bool // by domain: a handshake need not wait
	until   []time.Time   // by domain; its goroutine of Serve alone has it
	running context.Context
	cancel  context.CancelFunc // of running: ends what is under way on the network
}

// ACMEOptions is what ACME wants to know.
type ACMEOptions struct {
	Domains   []string // by the first one also those are served who name none
	Email     string   // for warnings of the CA; may be empty
	Directory string   // of the CA; empty: Let's Encrypt
	Folder    string   // for account, keys and certificates, made with mode 0700
	Client    *http.Client
}

// ErrNotYet is the answer to a handshake before the first certificate is there.
var ErrNotYet = errors.New("the certificate is still being obtained")

// NewACME checks the names and contacts nobody; Serve does that. To ask for a
// certificate is to agree to the CA's terms, as whoever sets acme does.
func NewACME(options ACMEOptions, log *slog.Logger) (*ACME, error) {
	domains, err := acmeDomains(options.Domains)
	if err != nil {
		return nil, err
	}
	if options.Folder == "" {
		return nil, errors.New("tls.mode acme has to keep its account and certificates; name a folder with --state-dir")
	}
	a := &ACME{domains: domains, log: log, ready: make([]atomic.Bool, len(domains)), until: make([]time.Time, len(domains))}
	a.running, a.cancel = context.WithCancel(context.Background())
	a.manager = &autocert.Manager{
		Prompt:     autocert.AcceptTOS,
		Cache:      autocert.DirCache(filepath.Clean(options.Folder)),
		HostPolicy: autocert.HostWhitelist(domains...),
		Email:      options.Email,
		Client: &acme.Client{
			DirectoryURL: options.Directory,
			HTTPClient:   endingClient(a.running, options.Client),
			UserAgent:    "zerortc",
		},
	}
	if options.Directory == "" {
		a.manager.Client.DirectoryURL = autocert.DefaultACMEDirectory
	}
	return a, nil
}

// acmeDomains spells the names as callers send them (RFC 6066 section 3).
func acmeDomains(texts []string) (domains []string, err error) {
	for _, text := range texts {
		name, err := idna.Lookup.ToASCII(text)
		if err == nil {
			var ok bool
			if name, ok = hostName(name); !ok || !strings.Contains(name, ".") || net.ParseIP(text) != nil {
				err = errors.New("not a public name")
			}
		}
		if err != nil {
			return nil, fmt.Errorf("no certificate can be had for %q: %w; give full names such as call.example.org, neither addresses nor stars", text, err)
		}
		if !slices.Contains(domains, name) {
			domains = append(domains, name)
		}
	}
	if len(domains) == 0 {
		return nil, errors.New("tls.mode acme needs the names to obtain certificates for")
	}
	return domains, nil
}

// HTTPHandler answers the CA's questions of the kind http-01 (RFC 8555 section
// 8.3), which come to port 80, and leaves all else to next. Without it there is
// tls-alpn-01 alone (RFC 8737), which comes to port 443 and needs ServerConfig.
func (a *ACME) HTTPHandler(next http.Handler) http.Handler { return a.manager.HTTPHandler(next) }

// Certificate implements Source. Who names none of our names gets the certificate
// of the first one: TURN clients often come by address and name nothing.
func (a *ACME) Certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if slices.Equal(hello.SupportedProtos, []string{acme.ALPNProto}) {
		return a.manager.GetCertificate(hello)
	}
	at := max(0, slices.Index(a.domains, strings.ToLower(strings.TrimSuffix(hello.ServerName, "."))))
	if !a.ready[at].Load() {
		return nil, fmt.Errorf("%s: %w", a.domains[at], ErrNotYet)
	}
	return a.manager.GetCertificate(modern(a.domains[at]))
}

// modern is a caller who takes ECDSA, as all do who speak TLS 1.2. autocert would
// obtain a second certificate, in the handshake, for one who does not.
func modern(domain string) *tls.ClientHelloInfo {
	return &tls.ClientHelloInfo{ServerName: domain, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}}
}

// Covers implements Source.
func (a *ACME) Covers(host string) bool {
	name, ok := hostName(host)
	return ok && slices.Contains(a.domains, name)
}

// Describe implements Source.
func (a *ACME) Describe() string {
	return fmt.Sprintf("certificates for %s by ACME from %s", strings.Join(a.domains, ", "), a.manager.Client.DirectoryURL)
}
