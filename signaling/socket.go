package signaling

import (
	"errors"
	"io"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"
)

// textMessage is what frames travel as.
const textMessage = websocket.TextMessage

// socket is one client's connection, from the upgrade to its end. Its one
// goroutine reads; writing is the outbox's business.
type socket struct {
	// Fixed when the socket is made.
	conn    *websocket.Conn
	hub     *hub
	limits  *Limits
	session *session
	out     *outbox
	opened  time.Duration // after the crowd began

	// For any goroutine. Times are after the crowd began.
	dying  atomic.Bool
	heard  atomic.Int64 // when the client was last heard of
	pinged atomic.Int64 // when the oldest unanswered ping was sent; 0: none
	begun  atomic.Int64 // when the newest message began to come in
	held   atomic.Int64 // what it takes up beyond keptFree until it is whole

	mu     sync.Mutex // guards what follows
	reaper *time.Timer
	ended  reason // of dying

	// For the visitor only.
	nextPing time.Duration

	// For the reader only.
	pace      *rate.Limiter
	inMessage bool   // a message has begun and is not whole
	lastWords string // the close frame with which the library ends a protocol error
}

// newSocket takes over a connection whose frames the library reads. What the
// library writes by itself goes to wire, which hands it to the socket.
func newSocket(conn *websocket.Conn, wire *wire, s *session, hub *hub) *socket {
	out := &socket{conn: conn, hub: hub, limits: s.limits, session: s, opened: time.Since(hub.crowd.began)}
	out.pace = rate.NewLimiter(rate.Limit(s.limits.FramesPerSecond), s.limits.FramesBurst)
	if s.limits.FramesPerSecond == 0 {
		out.pace.SetLimit(rate.Inf)
	}
	out.heard.Store(int64(out.opened))
	out.nextPing = out.opened + s.limits.PingEvery
	out.out = newOutbox(wire.Conn, s.limits, hub.waiting, out.writeFailed)
	wire.sink = func(p []byte) { out.lastWords = string(p) }
	conn.SetPingHandler(func(data string) error { out.onPing(data); return nil })
	conn.SetPongHandler(func(data string) error { out.onPong(data); return nil })
	// A close frame is answered from what run learns of it.
	conn.SetCloseHandler(func(int, string) error { return nil })
	return out
}

// run serves the socket until it is closed. It returns why the connection ended.
func (s *socket) run() error {
	s.hub.enter(s)
	err := s.read()
	s.hub.lost(s, s.endOf(err))
	s.out.wait()
	s.hub.crowd.remove(s)
	s.mu.Lock()
	s.reaper.Stop()
	s.mu.Unlock()
	s.conn.Close()
	return err
}

// buffers are for messages while they are read and passed on. One that has grown
// for a large message is not kept.
var buffers = sync.Pool{New: func() any { return &buffer{make([]byte, headRoom, keptFree)} }}

type buffer struct{ bytes []byte }

const keptBuffer = 16 << 10

// keptFree is what a message that comes in may take up uncounted: a fresh buffer.
const keptFree = 4 << 10

// read takes frames in until the connection ends. A socket that is dying goes on
// reading, so that the client can read the close frame and answer it: closing
// over unread bytes resets a TCP connection, and the frame may be lost.
func (s *socket) read() error {
	for {
		kind, message, err := s.conn.NextReader()
		if err != nil {
			return err
		}
		s.inMessage = true
		s.begun.Store(int64(s.now()))
		b := buffers.Get().(*buffer)
		b.bytes, err = s.fill(b.bytes[:headRoom], message)
		s.hold(0)
		switch err {
		case nil:
			s.inMessage = false
			s.onMessage(kind, b.bytes)
			s.alive()
		case errNoRoom: // the library skips the rest
			s.hub.expel(s.session, peerSlow.end())
			err = nil
		}
		if cap(b.bytes) <= keptBuffer {
			buffers.Put(b)
		}
		if err != nil {
			return err
		}
	}
}

// errNoRoom is why a message is not read to its end.
var errNoRoom = errors.New("too much waits already")

// fill reads a message to its end, or until it is longer than it may be.
func (s *socket) fill(buf []byte, message io.Reader) ([]byte, error) {
	for len(buf) <= headRoom+s.limits.FrameBytes {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		if s.hold(cap(buf)); cap(buf) > s.limits.ScarceBytes && s.hub.waiting.excessive(s.limits) {
			return buf, errNoRoom
		}
		n, err := message.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if err == io.EOF {
			return buf, nil
		}
		if err != nil {
			return buf, err
		}
	}
	return buf, nil
}

// hold counts what a message takes up that is not whole yet, for a client can leave it
// at that.
func (s *socket) hold(size int) {
	if more := int64(max(size-keptFree, 0)) - s.held.Load(); more != 0 {
		s.held.Add(more)
		s.hub.waiting.Add(more)
	}
}

// drags tells whether a message takes up more than may wait now and has not become whole
// for so long that all who send like that are seen.
func (s *socket) drags() bool {
	held := s.held.Load()
	return held > 0 && held+keptFree > int64(s.hub.waiting.room(s.limits)) && s.now()-time.Duration(s.begun.Load()) >= beat
}

// onMessage checks a message against the limits and hands it to the hub.
func (s *socket) onMessage(kind int, buf []byte) {
	switch {
	case s.dying.Load(): // only drained
	case !s.pace.Allow():
		s.hub.expel(s.session, tooFast.end())
	case len(buf) > headRoom+s.limits.FrameBytes:
		s.hub.expel(s.session, tooBig.end())
	case kind != textMessage:
		s.hub.refusals.count(notText)
		s.hub.tellRefusal(s.session, frame{}, notText)
	default:
		s.hub.refusals.count(s.hub.receive(s.session, buf))
	}
}

// onControl is told of every ping and pong.
func (s *socket) onControl() {
	if !s.dying.Load() && !s.pace.Allow() {
		s.hub.expel(s.session, tooFast.end())
	}
	s.alive()
}

// onPing answers behind every frame queued before, so that to a client a pong
// means: what the server had for you is with you.
func (s *socket) onPing(data string) {
	s.onControl()
	s.control(encode(websocket.PongMessage, data))
}

// onPong learns from the answer to a ping of ours what has arrived.
func (s *socket) onPong(data string) {
	if sent := s.pinged.Load(); sent != 0 {
		s.hub.tellObserver(RoundTrip{Took: s.now() - time.Duration(sent)})
	}
	s.onControl()
	if n, err := strconv.ParseUint(data, 10, 64); err == nil && s.session.speaks == extended {
		s.session.confirm(n)
	}
}

func (s *socket) control(frame []byte) {
	if s.out.control(frame) == yours {
		s.out.write(frame)
	}
}

// greet gives the session its socket, whose first frame, if there is one, no session counts.
func (s *socket) greet(frame []byte) {
	var e errands
	s.session.mu.Lock()
	s.session.socket = s
	if frame != nil && s.out.offer(frame, false) == yours {
		e.write(s.out, frame)
	}
	s.session.mu.Unlock()
	s.hub.run(&e)
}

// why is the reason for which the server closed the socket, once it has ended.
func (s *socket) why() reason {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}

// now is the time as the fields of a socket hold it.
func (s *socket) now() time.Duration { return time.Since(s.hub.crowd.began) }

// alive notes that the client lives. Control frames amid a message do not grant
// the message more time: it must be whole within GoneAfter.
func (s *socket) alive() {
	s.pinged.Store(0)
	if !s.inMessage {
		s.heard.Store(int64(s.now()))
	}
}

// missedPing tells whether a ping has been without an answer for too long.
func (s *socket) missedPing() bool {
	sent := s.pinged.Load()
	return sent != 0 && s.now()-time.Duration(sent) > s.limits.PongWithin
}

// visit pings if it is time, gives up a client that has been silent for too long, and
// sees that none holds up too much while room is scarce.
func (s *socket) visit(now time.Time) {
	at := now.Sub(s.hub.crowd.began)
	switch {
	case s.dying.Load():
	case at-time.Duration(s.heard.Load()) >= s.limits.GoneAfter:
		s.hub.lost(s, noPong.end())
	case at >= s.nextPing:
		s.nextPing = at + s.limits.PingEvery
		s.ask()
	}
	if s.session.speaks == extended {
		s.hub.refreshICE(s.session, now)
	}
	if s.hub.waiting.scarce(s.limits) {
		var e errands
		s.session.spare(s, &e)
		s.hub.run(&e)
	}
}

// ask sends a ping. To an extended client it tells how many frames went before,
// so that the answer, which libraries give by themselves, tells what has arrived.
func (s *socket) ask() {
	var data string
	if s.session.speaks == extended {
		s.session.mu.Lock()
		s.session.asked = true
		data = strconv.FormatUint(s.session.history.sent(), 10)
		s.session.mu.Unlock()
	}
	s.pinged.CompareAndSwap(0, int64(s.now()))
	s.control(encode(websocket.PingMessage, data))
}

// kill begins the end: the close frame goes out, the reader waits for the
// client's, and after the grace the reaper cuts the connection under both. It
// does no I/O, and is called under the session's lock.
func (s *socket) kill(end ending, e *errands) {
	if !s.dying.CompareAndSwap(false, true) {
		return
	}
	s.hub.refusals.count(end.why)
	s.hub.closings.count(end)
	s.mu.Lock()
	s.ended = end.why
	s.reaper = time.AfterFunc(s.limits.CloseGrace, func() { s.conn.Close() })
	s.mu.Unlock()
	var last []byte
	switch {
	case end.last != "":
		last = []byte(end.last)
	case end.code != 0:
		last = closeFrame(end)
	}
	if s.out.finish(last) == yours {
		e.write(s.out, last)
	}
}

// writeFailed is told by the outbox. A client that took too long over a frame is
// slow; any other failure the reader learns of, too.
func (s *socket) writeFailed(err error) {
	var network net.Error
	if errors.As(err, &network) && network.Timeout() {
		s.hub.expel(s.session, peerSlow.end())
		return
	}
	s.conn.Close()
}

// endOf is the ending that follows from an error of reading. A client's close
// frame is answered with its own code (RFC 6455 section 5.5.1); a connection
// that broke hears nothing any more. The library itself refuses only frames
// that claim more than 2^63 bytes.
func (s *socket) endOf(err error) ending {
	var bye *websocket.CloseError
	switch {
	case errors.As(err, &bye) && bye.Code != websocket.CloseAbnormalClosure:
		return ending{code: bye.Code, bye: true}
	case errors.Is(err, websocket.ErrReadLimit):
		return tooBig.end()
	case s.lastWords != "":
		return ending{last: s.lastWords, bye: true}
	default:
		return ending{}
	}
}

// wire is a connection on which only the socket writes. What the library wants to
// say after the upgrade, which is a close frame, is said by the socket in its turn.
type wire struct {
	net.Conn
	sink func([]byte) // nil until the upgrade is done
}

func (w *wire) Write(p []byte) (int, error) {
	if w.sink == nil {
		return w.Conn.Write(p)
	}
	w.sink(p)
	return len(p), nil
}
