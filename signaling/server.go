package signaling

import (
	"bufio"
	"context"
	"crypto/rand"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"zerortc/config"
)

// Server is the signaling server: an http.Handler for the endpoint that clients
// connect to, and Serve, which looks after those who are connected and ends it.
type Server struct {
	limits   *atomic.Pointer[Limits]
	allowed  func(origin, host string) bool
	origins  *liveOrigins // behind allowed
	reached  func(*http.Request) Caller
	upgrader websocket.Upgrader

	admission *admission
	hub       *hub
	refusals  *refusals

	log       *slog.Logger
	originLog *sampler // refused web pages
	limitLog  *sampler // clients beyond a limit
}

// Parts are those a Server works with. All but Origins may be missing.
type Parts struct {
	Origins config.Origins
	// ICE gives the ICE servers for clients of the extended dialect.
	ICE ICE
	// Reached tells how a client came.
	Reached func(*http.Request) Caller
	// Invites decides who may join which room; nil: everybody may join any.
	Invites Invites
}

// New makes a server for the web pages that the origins allow.
func New(cfg config.Rooms, parts Parts, log *slog.Logger) *Server {
	live := &liveOrigins{}
	live.Store(&parts.Origins)
	s := newServer(*DefaultLimits().with(cfg), live.Allowed, log)
	s.origins = live
	s.hub.ice, s.hub.invites = parts.ICE, parts.Invites
	if parts.Reached != nil {
		s.reached = parts.Reached
	}
	return s
}

func newServer(limits Limits, allowed func(origin, host string) bool, log *slog.Logger) *Server {
	refusals := newRefusals()
	hub := newHub(&limits, refusals)
	s := &Server{
		limits:    hub.limits,
		allowed:   allowed,
		reached:   func(*http.Request) Caller { return Caller{} },
		admission: newAdmission(hub.limits),
		hub:       hub,
		refusals:  refusals,
		log:       log,
		originLog: newSampler(log),
		limitLog:  newSampler(log),
		upgrader: websocket.Upgrader{
			HandshakeTimeout: limits.HandshakeTimeout,
			// A small buffer to read, a shared one to write: most sockets are idle.
			ReadBufferSize:  1024,
			WriteBufferPool: new(sync.Pool),
			// ServeHTTP has asked originAllowed, and counts.
			CheckOrigin: func(*http.Request) bool { return true },
		},
	}
	hub.givenUp = s.givenUp
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
	taken := &hijacker{ResponseWriter: w}
	conn, err := s.upgrader.Upgrade(taken, r, dialectOf(r))
	if err != nil {
		s.admission.leave(from)
		s.log.Debug("upgrade failed", "client", r.RemoteAddr, "error", err)
		return
	}
	// The socket outlives the request, whose headers and buffers need not.
	go s.host(newSocket(conn, taken.wire, s.newSession(conn, from, r), s.hub))
}

// dialectOf is the header that grants the extended dialect to a client that asked for it.
// Left to choose, the library would keep a piece of the client's own header, and with it
// all of that, as long as the socket lives.
func dialectOf(r *http.Request) http.Header {
	if slices.Contains(websocket.Subprotocols(r), Subprotocol) {
		return http.Header{"Sec-Websocket-Protocol": {Subprotocol}}
	}
	return nil
}

// newSession makes a session of the dialect that the client asked for.
func (s *Server) newSession(conn *websocket.Conn, from netip.Addr, r *http.Request) *session {
	out := &session{addr: from, limits: s.limits.Load(), history: history{all: s.hub.waiting}}
	if conn.Subprotocol() == Subprotocol {
		out.speaks = extended
		out.id, out.secret = rand.Text(), rand.Text() // 130 bits each
		out.caller = s.reached(r)
		out.caller.Host = strings.Clone(out.caller.Host) // not all of the request's header
	}
	return out
}

// host runs a socket that was admitted.
func (s *Server) host(socket *socket) {
	defer s.admission.leave(socket.session.addr)
	client := slog.String("client", socket.conn.RemoteAddr().String())
	s.log.Debug("socket opened", client)
	err := socket.run()
	s.log.Debug("socket closed", client, "error", err)
	if why := socket.why(); why != none && why != stopping {
		s.limitLog.line(slog.LevelInfo, "socket closed by the server", client, slog.String("reason", string(why)))
	}
}

// givenUp logs that a client which was away is not waited for any more.
func (s *Server) givenUp(who *session, why reason) {
	s.limitLog.line(slog.LevelInfo, "absent client given up", slog.String("client", who.addr.String()), slog.String("reason", string(why)))
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
	s.hub.crowd.run(ctx, (*socket).visit, s.hub.guests.sweep)
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

// hijacker lends the library a connection that it can be parted from later.
type hijacker struct {
	http.ResponseWriter
	wire *wire
}

// Hijack implements http.Hijacker.
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	h.wire = &wire{Conn: conn}
	return h.wire, buffered, nil
}

// Apply puts settings in force that may change while the server runs. Sockets
// and rooms that exist keep what they were made with.
func (s *Server) Apply(cfg config.Rooms) { s.limits.Store(s.limits.Load().with(cfg)) }

// Drain lets no new room be made, and asks the clients who understand it to come
// back, elsewhere or later, after a random part of reconnect. Calls go on, and
// rooms that exist can be joined.
func (s *Server) Drain(reconnect time.Duration) {
	s.hub.draining.Store(int64(seconds(reconnect)) + 1)
	for _, socket := range s.hub.crowd.all() {
		s.hub.sayClosing(socket.session)
	}
}

// Alive returns nil if the rooms and the clock that looks after the sockets work.
func (s *Server) Alive(ctx context.Context) error { return s.hub.alive(ctx) }

// Observe has f told of events. It is called before Serve; f must be quick.
func (s *Server) Observe(f func(Event)) { s.hub.observe = f }
