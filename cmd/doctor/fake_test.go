package doctor

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"zerortc/config"
	"zerortc/turnserver"
	"zerortc/turnserver/auth"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fake is a server whose every answer a test can spoil: its pages are made here,
// while TURN is the real one. All of it is on loopback, which the peer policy has to
// allow, so that what a peer sees from outside can be seen here too.
type fake struct {
	t    *testing.T
	turn config.TURN
	book *auth.Book

	leaf   *x509.Certificate // what the page shows is made after it
	host   string            // that the doctor asks for
	routes map[string]http.HandlerFunc
	urls   map[string]string // of the ICE list, by way; "stun" too
	expire time.Time         // of the ICE list
	plain  bool              // no TLS
	taken  bool              // another client has a relay already

	ca    authority
	trust bool // the doctor's system trusts the CA
}

func newFake(t *testing.T) *fake {
	f := &fake{
		t: t, host: "127.0.0.1", ca: newAuthority(t), trust: true, expire: time.Now().Add(time.Hour),
		leaf: leafFor("127.0.0.1"), urls: map[string]string{},
		turn: config.TURN{
			Listen: []string{"127.0.0.1:0"}, Realm: "zerortc",
			RelayPorts: config.PortRange{Min: 49152, Max: 65535},
			PeersAllow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
		},
		book: auth.New("zerortc", nil, []config.Secret{config.NewSecret("a secret that is long")}),
	}
	f.routes = map[string]http.HandlerFunc{
		"/healthz": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") },
		"/ws":      pongs,
		"/api/ice": f.ice,
		"/trust/zerortc-ca.pem": func(w http.ResponseWriter, _ *http.Request) {
			pem.Encode(w, &pem.Block{Type: "CERTIFICATE", Bytes: f.ca.cert.Raw})
		},
	}
	return f
}

// start opens everything and returns a visit to it.
func (f *fake) start() *visit {
	f.t.Helper()
	f.startTURN()
	mux := http.NewServeMux()
	for path, handler := range f.routes {
		mux.HandleFunc(path, handler)
	}
	server := httptest.NewUnstartedServer(mux)
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	f.t.Cleanup(server.Close)
	u := &url.URL{Scheme: "https"}
	if f.plain {
		u.Scheme = "http"
		server.Start()
	} else {
		server.TLS = &tls.Config{Certificates: []tls.Certificate{f.ca.issue(f.t, f.leaf)}}
		server.StartTLS()
	}
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	u.Host = net.JoinHostPort(f.host, port)
	v := &visit{Patient: Patient{URL: u}, roots: x509.NewCertPool()}
	if f.trust {
		v.roots.AddCert(f.ca.cert)
	}
	return v
}

// startTURN runs the real server, and TLS in front of it. URLs that the test has set
// stay.
func (f *fake) startTURN() {
	f.t.Helper()
	server, err := turnserver.Listen(f.turn, f.book, slog.New(slog.DiscardHandler))
	if err != nil {
		f.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	if f.taken {
		defer f.hold(server.Addrs()[0].String())
	}
	var running sync.WaitGroup
	f.t.Cleanup(func() { cancel(); running.Wait() })
	running.Go(func() { server.Serve(ctx) })
	at := server.Addrs()[0].String()
	secure, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{f.ca.issue(f.t, leafFor("127.0.0.1"))}})
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { secure.Close() })
	running.Go(func() { forward(secure, at, &running) })
	for way, url := range map[string]string{
		"stun": "stun:" + at, overUDP: "turn:" + at + "?transport=udp", overTCP: "turn:" + at + "?transport=tcp",
		overTLS: "turns:" + secure.Addr().String() + "?transport=tcp",
	} {
		if _, set := f.urls[way]; !set {
			f.urls[way] = url
		}
	}
}

// forward takes TLS off.
func forward(from net.Listener, to string, running *sync.WaitGroup) {
	for {
		in, err := from.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", to)
		if err != nil {
			in.Close()
			continue
		}
		for _, pair := range [][2]net.Conn{{in, out}, {out, in}} {
			running.Go(func() {
				io.Copy(pair[0], pair[1])
				in.Close()
				out.Close()
			})
		}
	}
}

// ice is the list as web makes it.
func (f *fake) ice(w http.ResponseWriter, _ *http.Request) {
	user, pass := f.book.Mint("doctor", f.expire)
	type server map[string]any
	var turn []string
	for _, way := range ways {
		if f.urls[way] != "" {
			turn = append(turn, f.urls[way])
		}
	}
	json.NewEncoder(w).Encode(map[string]any{
		"iceServers": []server{{"urls": []string{f.urls["stun"]}}, {"urls": turn, "username": user, "credential": pass}},
		"expiresAt":  f.expire.UTC().Format(time.RFC3339),
	})
}

// pongs is a signaling socket that takes pages of its own host.
func pongs(w http.ResponseWriter, r *http.Request) {
	upgrader := websocket.Upgrader{CheckOrigin: func(r *http.Request) bool { return r.Header.Get("Origin") != "" }}
	socket, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer socket.Close()
	for {
		if _, _, err := socket.ReadMessage(); err != nil {
			return
		}
	}
}

// authority is a CA.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a CA"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-1000 * time.Hour), NotAfter: time.Now().Add(1000 * time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return authority{cert, key}
}

func (a authority) issue(t *testing.T, template *x509.Certificate) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// leafFor is a certificate to be issued for a month.
func leafFor(host string) *x509.Certificate {
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(30 * 24 * time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if ip := net.ParseIP(host); ip != nil {
		leaf.IPAddresses = []net.IP{ip}
	} else {
		leaf.DNSNames = []string{host}
	}
	return leaf
}
