package turnserver

import (
	"errors"
	"net"
	"time"

	"zerortc/turnserver/gate"
	"zerortc/turnserver/socket"
)

// A connection that is a line (package socket) is read by a loop, as UDP is: data
// is passed on where it is read. With the first message that is none of that the
// loop hands reading over to the connection's goroutine, which deals with all there
// is, in order, and gives reading back. So a client that floods with requests is read
// no faster than they are answered, and delays nobody else.

// bottomed is a connection that can have what is at the bottom of it, under TLS,
// replaced before it is used.
type bottomed interface {
	Rebase(replace func(tcp net.Conn) (net.Conn, error)) error
}

// straighten makes what is at the bottom of a connection a line, where there is such
// a thing.
func straighten(conn net.Conn, patience time.Duration) (net.Conn, *socket.Line) {
	var line *socket.Line
	toLine := func(tcp net.Conn) (_ net.Conn, err error) {
		line, err = socket.NewLine(tcp, patience)
		return line, err
	}
	if b, ok := conn.(bottomed); ok {
		if b.Rebase(toLine) != nil {
			return conn, nil
		}
		return conn, line
	}
	if _, ok := conn.(*net.TCPConn); !ok {
		return conn, nil
	}
	if made, err := toLine(conn); err == nil {
		return made, line
	}
	return conn, nil
}

// lined is a connection served as a line.
type lined struct {
	*connection
	line *socket.Line
	turn chan struct{} // reading is the goroutine's
	data socket.Packet // for whose turn it is
}

// serveLine serves the connection to its end, as serve does.
func (c *connection) serveLine(line *socket.Line, loops *socket.Loops) {
	l := &lined{connection: c, line: line, turn: make(chan struct{}, 1)}
	defer c.conn.Close()
	defer line.Settle() // what was answered last goes out, within the time of a write
	defer c.gate.Close(gate.Disconnected)
	if err := line.Serve(loops, l.read); err != nil {
		return
	}
	l.turn <- struct{}{}
	bareUntil := time.Now().Add(c.patience.bare)
	deadline := time.Now().Add(c.patience.first)
	timer := time.NewTimer(c.patience.first)
	defer timer.Stop()
	for {
		said := false
		select {
		case <-line.Done():
			return
		case <-timer.C:
		case <-l.turn:
			var err error
			if said, err = l.answer(); err != nil || line.Arm() != nil {
				return
			}
		}
		switch now := time.Now(); {
		case !c.gate.Idle():
			// It may only listen to its peer. Its allocation's lifetime is the limit.
			deadline, bareUntil = now.Add(c.patience.idle), now.Add(c.patience.bare)
		case said:
			deadline = now.Add(c.patience.idle)
		}
		if c.gate.Idle() && deadline.After(bareUntil) {
			deadline = bareUntil
		}
		left := time.Until(deadline)
		if left <= 0 {
			return
		}
		timer.Reset(left)
	}
}

// read is called by a loop. What it cannot pass on it leaves to answer, and the
// end of the stream as well.
func (l *lined) read(out *socket.Out) {
	for {
		message, err := l.messages.Next()
		switch {
		case errors.Is(err, socket.ErrAgain):
			return
		case err != nil || !l.relay(message, out):
			l.messages.Again()
			out.Flush() // from now on its packets are no longer ours
			l.line.Disarm()
			l.turn <- struct{}{}
			return
		case !l.messages.Ready():
			out.Flush() // the next message may come to stand where this one did
		}
	}
}

func (l *lined) relay(message []byte, out *socket.Out) bool {
	l.data = *socket.Message(message)
	return l.gate.Relay(&l.data, l.tuple, out)
}

// answer deals with what is there, and tells whether that was a message at least.
func (l *lined) answer() (said bool, err error) {
	l.line.Turn()
	for {
		message, err := l.messages.Next()
		if errors.Is(err, socket.ErrAgain) {
			return said, nil
		}
		if err != nil {
			return said, err
		}
		said = true
		l.handle(message)
	}
}
