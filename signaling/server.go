package signaling

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"

	"github.com/gorilla/websocket"

	"zerortc/config"
)

// Server is the signaling server: an http.Handler for the endpoint that clients
// connect to, and Serve, which ends it.
type Server struct {
	limits   Limits
	allowed  func(origin, host string) bool
	origins  *liveOrigins // behind allowed
	upgrader websocket.Upgrader

	admission *admission
	hub       *hub
	refusals  *refusals

	log       *slog.Logger
	originLog *sampler // refused web pages
	limitLog  *sampler // clients beyond a limit
}

// New makes a server with DefaultLimits for the web pages that origins allow.
func New(origins config.Origins, log *slog.Logger) *Server {
	live := &liveOrigins{}
	live.Store(&origins)
	s := newServer(DefaultLimits(), live.Allowed, log)
	s.origins = live
	return s
}

func newServer(limits Limits, allowed func(origin, host string) bool, log *slog.Logger) *Server {
	s := &Server{
		limits:    limits,
		allowed:   allowed,
		admission: newAdmission(&limits),
		refusals:  newRefusals(),
		log:       log,
		originLog: newSampler(log),
		limitLog:  newSampler(log),
	}
	s.hub = newHub(&s.limits, s.refusals)
	s.upgrader = websocket.Upgrader{
		HandshakeTimeout: limits.HandshakeTimeout,
		// A small buffer to read, a shared one to write: most sockets are idle.
		ReadBufferSize:  1024,
		WriteBufferPool: new(sync.Pool),
		// ServeHTTP has asked originAllowed, and counts.
		CheckOrigin: func(*http.Request) bool { return true },
	}
	return s
}

// ServeHTTP upgrades a request to a WebSocket, or says with a status why not:
// 426 no upgrade asked for, 403 a stranger's web page, 429 too many sockets from
// this address, 503 too many in all or the server stops.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !websocket.IsWebSocketUpgrade(r) {
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "websocket") // RFC 9110 section 15.5.22
		http.Error(w, "this is a WebSocket endpoint", http.StatusUpgradeRequired)
		return
	}
	if !s.originAllowed(r) {
		s.refusals.count(badOrigin)
		http.Error(w, string(badOrigin), http.StatusForbidden)
		return
	}
	from := remoteAddr(r)
	if why := s.admission.enter(from); why != none {
		s.turnAway(w, r, why)
		return
	}
	conn, err := s.upgrader.Upgrade(w, r, nil)
	if err != nil {
		s.admission.leave(from)
		s.log.Debug("upgrade failed", "client", r.RemoteAddr, "error", err)
		return
	}
	// The socket outlives the request, whose headers and buffers need not.
	go s.host(newSocket(conn, from, &s.limits, s.hub))
}

// host runs a socket that was admitted.
func (s *Server) host(socket *socket) {
	defer s.admission.leave(socket.addr)
	client := slog.String("client", socket.conn.RemoteAddr().String())
	s.log.Debug("socket opened", client)
	err := socket.run()
	s.log.Debug("socket closed", client, "error", err)
	if why := socket.end.why; why != none && why != stopping {
		s.limitLog.line(slog.LevelInfo, "socket closed by the server", client, slog.String("reason", string(why)))
	}
}

// turnAway refuses an upgrade for want of room.
func (s *Server) turnAway(w http.ResponseWriter, r *http.Request, why reason) {
	s.refusals.count(why)
	s.limitLog.line(slog.LevelWarn, "upgrade refused", slog.String("client", r.RemoteAddr), slog.String("reason", string(why)))
	status := http.StatusServiceUnavailable
	if why == addressFull {
		status = http.StatusTooManyRequests
	}
	w.Header().Set("Retry-After", "5")
	http.Error(w, string(why), status)
}

// Serve blocks until ctx ends. Then it refuses new sockets, closes those there
// are with 1001 and returns when the last of their goroutines has; that takes
// CloseGrace at most, and the time of an upgrade under way.
func (s *Server) Serve(ctx context.Context) error {
	<-ctx.Done()
	s.admission.close()
	s.hub.stop()
	s.admission.wait()
	return nil
}

// remoteAddr is the address a request comes from, as the HTTP server or
// whatever stands in front of this handler has put it.
func remoteAddr(r *http.Request) netip.Addr {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return from.Addr().Unmap()
}
