// Package web is the HTTP side of zerortc: the example page, the ICE endpoints
// and the door to the signaling socket.
//
// In come requests on every address of http.listen; out go embedded files
// (static.go), ICE lists with fresh credentials (ice.go, turn.go) and, handed on
// untouched, WebSocket upgrades for package signaling (routes.go). Every answer
// carries the security headers of headers.go. The endpoints below /api/ first
// pass apiDoor (door.go): origin, then rate, then method.
//
// One http.Server runs on all listeners, one goroutine per connection. The only
// state shared between requests is the limiter's table, behind its own lock, and
// the brake on the refusal log.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"zerortc/config"
	"zerortc/web/certs"
)

// ICE is what the endpoints need of the ICE list. Its methods are called by many
// requests at a time.
type ICE interface {
	// URLs lists the server's STUN and TURN URLs for a caller who reached us by
	// the host name or address reached (no port, no brackets), by TLS or not.
	URLs(reached string, cameByTLS bool) (stun, turn []string)
	// Credentials mints a time-limited TURN user for name; without a name, for a
	// random one.
	Credentials(name string, now time.Time) (username, credential string, expires time.Time)
	// Member is the name that binds credentials to one person in one room; without a
	// uid, to a random one.
	Member(room, uid string) string
	// TTL is the time from minting to expiry.
	TTL() time.Duration
}

// Health is what the process knows of itself. Its methods are called by many
// requests at a time.
type Health interface {
	// Live is nil while every part answers before ctx ends.
	Live(ctx context.Context) error
	// Ready is empty while new calls can be served, else why not, in words that
	// anybody may read.
	Ready() (reasons []string)
}

// Deadlines against callers who send or read slowly on purpose. A hijacked
// connection (a WebSocket) is freed of them and gets those of package signaling.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 10 * time.Second
	writeTimeout      = 30 * time.Second
	idleTimeout       = 30 * time.Second
	maxHeaderBytes    = 16 << 10
	shutdownTimeout   = 2 * time.Second
)

// Server serves HTTP on the addresses it was opened with.
type Server struct {
	http      *http.Server
	settings  *current
	listeners []net.Listener
	addrs     []net.Addr
	log       *slog.Logger
	answers   answers // of the ICE endpoints
}

// Parts is what the routes lead to.
type Parts struct {
	Signaling http.Handler // every WebSocket upgrade
	ICE       ICE
	Proof     Proof                  // nil: everybody may have credentials
	CA        *certs.CA              // for devices to trust; nil: there is nothing to trust
	Covers    func(host string) bool // whether our certificate is for a host; nil: for any
	TLS       bool                   // the ports speak TLS too
	Version   string                 // of the program, for reports
	// Challenge answers the requests of an ACME server; nil: there are none.
	Challenge func(next http.Handler) http.Handler
	Health    Health // nil: all is well while we answer at all
	Metrics   Metrics
	Report    func(Report) // takes what pages tell of their calls; nil: nobody
	Seen      Seen         // what became of credentials; nil: nobody knows
	// Opened are listeners that somebody else has opened: one with the port of a
	// listen address takes its place, the others are served besides.
	Opened []net.Listener
}

// Listen opens every address of cfg.Listen that parts.Opened has not; port 0 takes
// a free one. When one cannot be had, those already opened are closed and the error
// wraps the reason (syscall.EADDRINUSE for a taken port).
func Listen(cfg config.HTTP, parts Parts, log *slog.Logger) (*Server, error) {
	s := &Server{settings: newCurrent(cfg), log: log}
	handler, err := routes(s.settings, parts, &s.answers, log)
	if err != nil {
		closeAll(parts.Opened)
		return nil, err
	}
	s.http, s.listeners = newHTTPServer(handler, log), slices.Clone(parts.Opened)
	for _, address := range cfg.Listen {
		if slices.ContainsFunc(parts.Opened, func(l net.Listener) bool { return hasPort(l.Addr(), address) }) {
			continue
		}
		l, err := net.Listen("tcp", address)
		if err != nil {
			s.closeListeners()
			return nil, fmt.Errorf("listening on http.listen %s: %w", address, err)
		}
		s.listeners = append(s.listeners, l)
	}
	for _, l := range s.listeners {
		s.addrs = append(s.addrs, l.Addr())
	}
	return s, nil
}

// hasPort tells whether a listener has the port of a listen address.
func hasPort(bound net.Addr, address string) bool {
	_, port, err := net.SplitHostPort(address)
	at, isTCP := bound.(*net.TCPAddr)
	return err == nil && isTCP && port == strconv.Itoa(at.Port)
}

func newHTTPServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		// OPTIONS * shall bear our headers too.
		DisableGeneralOptionsHandler: true,
		ErrorLog:                     slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		ConnContext:                  noteTLS,
	}
}

// Apply takes over what of the settings can change while the server runs: origins,
// trusted proxies and the plain rule, for requests from now on.
func (s *Server) Apply(cfg config.HTTP) { s.settings.Store(&cfg) }

// Addrs returns the addresses listened on: those that came open, then those of
// http.listen in its order.
func (s *Server) Addrs() []net.Addr {
	return s.addrs
}

// TakeTCP hands the listeners to a caller who sorts what comes in on them and
// gives the HTTP connections back by ServeOn. Addrs still tells their addresses.
func (s *Server) TakeTCP() []net.Listener {
	taken := s.listeners
	s.listeners = nil
	return taken
}

// ServeOn makes Serve accept from the listener. A connection of it may tell by
// a method Secure() bool that it came by TLS.
func (s *Server) ServeOn(l net.Listener) { s.listeners = append(s.listeners, l) }

// Close closes what Listen opened, where Serve is not called.
func (s *Server) Close() { s.closeListeners() }

// Serve answers requests until ctx ends, then gives those under way
// shutdownTimeout to finish and closes everything Listen opened. It returns nil
// when ctx ended it. WebSockets are not waited for: signaling closes them.
func (s *Server) Serve(ctx context.Context) error {
	failed := make(chan error, len(s.listeners))
	for _, l := range s.listeners {
		go func() { failed <- s.http.Serve(l) }()
	}
	var err error
	running := len(s.listeners)
	select {
	case <-ctx.Done():
	case err = <-failed:
		err = fmt.Errorf("serving http: %w", err)
		running--
	}
	s.shutdown()
	for range running {
		<-failed
	}
	return err
}

func (s *Server) shutdown() {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	if err := s.http.Shutdown(ctx); errors.Is(err, context.DeadlineExceeded) {
		s.log.Warn("http requests cut off at shutdown")
		s.http.Close()
	}
	s.closeListeners() // those that Serve had not taken over yet; closing twice does no harm
}

func (s *Server) closeListeners() {
	closeAll(s.listeners)
}

func closeAll(listeners []net.Listener) {
	for _, l := range listeners {
		_ = l.Close()
	}
}
