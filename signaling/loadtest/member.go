package loadtest

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// member is one client. Its goroutine connects, joins and then reads.
type member struct {
	run    *run
	n      int // the how manieth of all
	seat   seat
	target target
	deaf   bool // stops reading once it is seated

	// Written by arrive before seated is closed.
	conn   *websocket.Conn
	due    time.Time // when it was to arrive
	asked  time.Time // when it sent its join
	seated chan struct{}

	peer *member

	// For the sender of this member's frames.
	letter letter

	// For the reader.
	expected letter        // what the other one sends, with another stamp
	last     time.Duration // the newest stamp

	open, ended atomic.Bool // connected; over, or never was
}

// arrive connects at the instant when it is due, joins, and reads until the
// connection ends or the context does.
func (m *member) arrive(ctx context.Context, due time.Time) {
	m.due = due
	defer m.ended.Store(true)
	if err := m.connect(ctx); err != nil {
		m.fail(ctx, err)
		return
	}
	m.open.Store(true)
	m.run.connect.record(time.Since(due))
	defer m.conn.Close()
	defer context.AfterFunc(ctx, m.goodbye)()
	if err := m.ask(); err != nil {
		m.fail(ctx, err)
		return
	}
	m.fail(ctx, m.read(ctx))
}

func (m *member) connect(ctx context.Context) error {
	dialer := websocket.Dialer{
		NetDialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return m.target.dial(ctx, m.source(), m.deaf)
		},
		TLSClientConfig:  m.run.options.TLS,
		HandshakeTimeout: patience,
		ReadBufferSize:   1024,
		WriteBufferPool:  &m.run.writeBuffers,
	}
	if m.run.options.Dialect == Extended {
		dialer.Subprotocols = []string{subprotocol}
	}
	conn, response, err := dialer.DialContext(ctx, m.target.url, nil)
	if err != nil {
		return connectError(response, err)
	}
	if m.run.options.Dialect == Extended && conn.Subprotocol() != subprotocol {
		conn.Close()
		return errors.New("the server does not speak " + subprotocol)
	}
	m.conn = conn
	return nil
}

// source is the address to connect from, nil where the system may choose.
func (m *member) source() net.Addr {
	spread := m.run.options.Spread
	if spread == 0 {
		return nil
	}
	return &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(1+m.n%spread))}
}

// connectError is short and the same for everybody, so that it can be counted.
func connectError(response *http.Response, err error) error {
	if response != nil && response.StatusCode != http.StatusSwitchingProtocols {
		body, _ := io.ReadAll(io.LimitReader(response.Body, 100))
		return fmt.Errorf("refused with %d %s", response.StatusCode, strings.TrimSpace(string(body)))
	}
	return errors.New("connecting: " + cause(err))
}

const timeout = "timeout"

// cause is an error without the addresses that make each one different.
func cause(err error) string {
	var (
		bye         *websocket.CloseError
		operation   *net.OpError
		certificate *tls.CertificateVerificationError
		network     net.Error
	)
	switch {
	case errors.As(err, &bye) && bye.Code == websocket.CloseAbnormalClosure:
		return "cut off by the server"
	case errors.As(err, &bye):
		return strings.TrimSpace(fmt.Sprintf("closed by the server: %d %s", bye.Code, bye.Text))
	case errors.As(err, &certificate):
		return "the certificate is not trusted: " + certificate.Err.Error()
	case errors.As(err, &network) && network.Timeout():
		return timeout
	case errors.As(err, &operation):
		return operation.Err.Error()
	default:
		return err.Error()
	}
}

// ask joins, in the extended dialect once it was welcomed.
func (m *member) ask() error {
	m.conn.SetReadDeadline(time.Now().Add(patience))
	if m.run.options.Dialect == Extended {
		_, raw, err := m.conn.ReadMessage()
		if err != nil {
			return err
		}
		if cmd := cmdOf(raw); cmd != cmdWelcome {
			return fmt.Errorf("%q came instead of a welcome", cmd)
		}
	}
	m.asked = time.Now()
	return m.send(m.seat.join())
}

// read reads frames until there are no more. The buffer is its own: there is no
// better use for the memory of a machine that tests.
func (m *member) read(ctx context.Context) error {
	m.conn.SetReadDeadline(time.Time{})
	var buffer bytes.Buffer
	for {
		_, message, err := m.conn.NextReader()
		if err != nil {
			return err
		}
		buffer.Reset()
		if _, err := buffer.ReadFrom(message); err != nil {
			return err
		}
		if seated := m.hear(buffer.Bytes()); seated && m.deaf {
			<-ctx.Done()
			return ctx.Err()
		}
	}
}

// hear takes a frame in and tells whether it was the answer to the join.
func (m *member) hear(raw []byte) bool {
	if stamp, ok := m.expected.read(raw); ok {
		m.deliver(stamp)
		return false
	}
	switch cmd := cmdOf(raw); cmd {
	case cmdRespJoin, cmdNewPeer, cmdJoined:
		return m.answered(cmd)
	case "ice", "pong", "closing":
		return false
	case "peer-leave", "peer-away", "error unknown-peer":
		m.left(cmd)
		return false
	default:
		m.run.errors.add("unexpected frame: "+cmd, 1)
		return false
	}
}

// left is told that the other one is gone, which is right if it did not read: the
// server has given it up. Frames sent meanwhile are refused in the extended
// dialect.
func (m *member) left(cmd string) {
	if !m.peer.deaf {
		m.run.errors.add("unexpected frame: "+cmd, 1)
		return
	}
	if !m.ended.Swap(true) {
		m.run.givenUp.Add(1)
	}
}

// answered notes that the member is seated. A classic server tells the second of
// a room at once who is there, and the first only when somebody comes: then the
// time means nothing and is not recorded.
func (m *member) answered(cmd string) bool {
	if m.sits() {
		return false
	}
	now := time.Now()
	if answer := map[string]string{Classic: cmdRespJoin, Extended: cmdJoined}; cmd == answer[m.run.options.Dialect] {
		m.run.join.record(now.Sub(m.due))
		m.run.answer.record(now.Sub(m.asked))
	} else if m.run.options.Dialect == Extended {
		return false // of the other one; its own answer comes
	}
	close(m.seated)
	return true
}

// deliver counts a frame that came from the other one.
func (m *member) deliver(stamp time.Duration) {
	if stamp <= m.last {
		m.run.errors.add("out of order", 1)
	}
	m.last = stamp
	m.run.delivered.Add(1)
	m.run.relay.record(time.Since(m.run.begun) - stamp)
}

// send writes a frame. Only one goroutine at a time does.
func (m *member) send(frame []byte) error {
	m.conn.SetWriteDeadline(time.Now().Add(patience))
	return m.conn.WriteMessage(websocket.TextMessage, frame)
}

// fail counts why a member was lost, unless it was dismissed.
func (m *member) fail(ctx context.Context, err error) {
	if ctx.Err() == nil {
		m.run.errors.add(cause(err), 1)
	}
}

// goodbye closes politely; the reader ends with it.
func (m *member) goodbye() {
	deadline := time.Now().Add(time.Second)
	_ = m.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), deadline)
	_ = m.conn.SetReadDeadline(deadline)
	if m.deaf {
		_ = m.conn.Close()
	}
}

// sits tells whether the member was answered.
func (m *member) sits() bool {
	select {
	case <-m.seated:
		return true
	default:
		return false
	}
}

// ready tells whether frames can go from this member to the other one.
func (m *member) ready() bool { return m.sits() && m.peer.sits() && !m.ended.Load() }

// settled tells whether the member is seated or never will be. The first one of a
// classic room hears nothing before the other one comes.
func (m *member) settled() bool {
	return m.sits() || m.ended.Load() || m.open.Load() && m.peer.ended.Load()
}
