package signaling

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"
)

// socket is one client's connection, from the upgrade to the last goroutine.
type socket struct {
	// Fixed when the socket is made.
	conn   *websocket.Conn
	addr   netip.Addr // the zero Addr if the connection has none
	limits *Limits
	hub    *hub
	opened time.Time

	// For any goroutine.
	queue  *queue
	pongs  chan string   // the newest ping that waits for its answer
	dying  chan struct{} // closed by kill
	pinged atomic.Int64  // when the oldest unanswered ping was sent, after opened; 0: none

	// Written by kill, under the hub's lock; read once dying is closed.
	end    ending
	reaper *time.Timer

	// For the reader only.
	pace      *rate.Limiter
	inMessage bool // a message has begun and is not whole
}

func newSocket(conn *websocket.Conn, addr netip.Addr, limits *Limits, hub *hub) *socket {
	s := &socket{
		conn:   conn,
		addr:   addr,
		limits: limits,
		hub:    hub,
		opened: time.Now(),
		queue:  newQueue(limits),
		pongs:  make(chan string, 1),
		dying:  make(chan struct{}),
		pace:   rate.NewLimiter(rate.Limit(limits.FramesPerSecond), limits.FramesBurst),
	}
	conn.SetPingHandler(func(data string) error { s.onPing(data); return nil })
	conn.SetPongHandler(func(string) error { s.onControl(); return nil })
	// The writer answers a close frame, from what run learns of it.
	conn.SetCloseHandler(func(int, string) error { return nil })
	return s
}

// run serves the socket until it is closed and both goroutines are done. It
// returns why the connection ended.
func (s *socket) run() error {
	s.hub.add(s)
	defer s.hub.remove(s)
	written := make(chan struct{})
	go func() {
		defer close(written)
		s.write()
	}()
	err := s.read()
	s.hub.expel(s, endOf(err))
	<-written
	s.reaper.Stop()
	s.conn.Close()
	return err
}

// read takes frames in until the connection ends. A socket that is dying goes on
// reading, so that the client can read the close frame and answer it: closing
// over unread bytes resets a TCP connection, and the frame may be lost.
func (s *socket) read() error {
	s.heard()
	for {
		kind, message, err := s.conn.NextReader()
		if err != nil {
			return err
		}
		s.inMessage = true
		raw, err := io.ReadAll(io.LimitReader(message, int64(s.limits.FrameBytes)+1))
		if err != nil {
			return err
		}
		s.inMessage = false
		s.onMessage(kind, raw)
		s.heard()
	}
}

// onMessage checks a message against the limits and hands it to the hub.
func (s *socket) onMessage(kind int, raw []byte) {
	switch {
	case s.isDying(): // only drained
	case !s.pace.Allow():
		s.hub.expel(s, tooFast.end())
	case len(raw) > s.limits.FrameBytes:
		s.hub.expel(s, tooBig.end())
	case kind != websocket.TextMessage:
		s.hub.refusals.count(notText)
	default:
		s.hub.refusals.count(s.hub.receive(s, raw))
	}
}

// onControl is told of every ping and pong.
func (s *socket) onControl() {
	if !s.isDying() && !s.pace.Allow() {
		s.hub.expel(s, tooFast.end())
	}
	s.heard()
}

// onPing leaves the answer to the writer. Of pings that come faster than they
// are answered only the newest is (RFC 6455 section 5.5.3).
func (s *socket) onPing(data string) {
	s.onControl()
	select {
	case <-s.pongs:
	default:
	}
	s.pongs <- data // never waits: only this goroutine sends
}

// heard notes that the client lives. Control frames amid a message do not grant
// the message more time: it must be whole within GoneAfter.
func (s *socket) heard() {
	s.pinged.Store(0)
	if !s.inMessage {
		s.conn.SetReadDeadline(time.Now().Add(s.limits.GoneAfter))
	}
}

// missedPing tells whether a ping has been without an answer for too long.
func (s *socket) missedPing() bool {
	sent := s.pinged.Load()
	return sent != 0 && time.Since(s.opened)-time.Duration(sent) > s.limits.PongWithin
}

// write sends what is queued, pings, and at last the close frame.
func (s *socket) write() {
	pings := time.NewTicker(s.limits.PingEvery)
	defer pings.Stop()
	for {
		var err error
		select {
		case <-s.dying:
			s.sayGoodbye()
			return
		case <-s.queue.ready:
			err = s.flush()
		case data := <-s.pongs:
			err = s.pong(data)
		case <-pings.C:
			err = s.ping()
		}
		if err != nil {
			// Half a frame may be out, so nothing can follow, not even a close
			// frame; the reaper does the rest.
			s.hub.expel(s, endOfWriting(err))
			return
		}
	}
}

// flush writes the frames that wait, unless the socket is to end.
func (s *socket) flush() error {
	for !s.isDying() {
		raw, some := s.queue.pop()
		if !some {
			return nil
		}
		s.conn.SetWriteDeadline(time.Now().Add(s.limits.WriteTimeout))
		if err := s.conn.WriteMessage(websocket.TextMessage, raw); err != nil {
			return err
		}
	}
	return nil
}

// pong answers a ping behind every frame queued before it, so that to a client
// a pong means: what the server had for you is with you.
func (s *socket) pong(data string) error {
	if err := s.flush(); err != nil {
		return err
	}
	return s.control(websocket.PongMessage, []byte(data))
}

func (s *socket) ping() error {
	s.pinged.CompareAndSwap(0, int64(time.Since(s.opened)))
	return s.control(websocket.PingMessage, nil)
}

func (s *socket) control(kind int, data []byte) error {
	return s.conn.WriteControl(kind, data, time.Now().Add(s.limits.WriteTimeout))
}

// sayGoodbye sends the close frame. If that fails the reaper is near.
func (s *socket) sayGoodbye() {
	if s.end.code == 0 {
		return
	}
	message := websocket.FormatCloseMessage(s.end.code, string(s.end.why))
	_ = s.conn.WriteControl(websocket.CloseMessage, message, time.Now().Add(s.limits.CloseGrace))
}

// kill begins the end: the writer says goodbye, the reader waits for the
// client's, and after the grace the reaper cuts the connection under both. It
// does no I/O, is called under the hub's lock, and tells whether it was first.
func (s *socket) kill(end ending) bool {
	if s.isDying() {
		return false
	}
	s.end = end
	s.reaper = time.AfterFunc(s.limits.CloseGrace, func() { s.conn.Close() })
	close(s.dying)
	return true
}

func (s *socket) isDying() bool {
	select {
	case <-s.dying:
		return true
	default:
		return false
	}
}

// endOf is the ending that follows from an error of reading. A client's close
// frame is answered with its own code (RFC 6455 section 5.5.1); a connection
// that broke hears nothing any more. The library itself refuses only frames
// that claim more than 2^63 bytes.
func endOf(err error) ending {
	var bye *websocket.CloseError
	var network net.Error
	switch {
	case errors.As(err, &bye):
		return ending{code: bye.Code}
	case errors.As(err, &network) && network.Timeout():
		return noPong.end()
	case errors.Is(err, websocket.ErrReadLimit):
		return tooBig.end()
	default:
		return ending{}
	}
}

// endOfWriting is the ending that follows from an error of writing.
func endOfWriting(err error) ending {
	var network net.Error
	if errors.As(err, &network) && network.Timeout() {
		return peerSlow.end()
	}
	return ending{}
}
