package signaling

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// TestOutboxBounds fills an outbox by frames and by bytes, and makes room again.
// Pings and pongs do not count, and of each the newest alone waits.
func TestOutboxBounds(t *testing.T) {
	frame := textFrame("8 bytes.") // ten with its header
	for about, c := range map[string]struct{ frames, bytes, fit int }{
		"by frames": {frames: 3, bytes: 1000, fit: 3},
		"by bytes":  {frames: 1000, bytes: 45, fit: 4},
	} {
		o := &outbox{limits: &Limits{QueueFrames: c.frames, QueueBytes: c.bytes, WaitingBytes: 1 << 20}, all: new(waiting), busy: true}
		for round := range 3 {
			for i := range c.fit {
				if got := o.offer(frame, true); got != taken {
					t.Fatalf("%s, round %d: frame %d does not fit (%d)", about, round, i, got)
				}
			}
			if got := o.offer(frame, true); got != overflow {
				t.Fatalf("%s, round %d: one too many fits (%d)", about, round, got)
			}
			for i := range 3 {
				o.control(encode(websocket.PongMessage, fmt.Sprint(i)))
			}
			for range c.fit {
				o.next()
			}
			if pong := o.next(); payload(pong) != "2" {
				t.Errorf("%s: the last is %q", about, pong)
			}
		}
		if o.next() != nil || o.bytes != 0 || o.frames != 0 {
			t.Errorf("%s: not empty at the end, %d bytes", about, o.bytes)
		}
		o.busy = true
	}
}

// TestOutboxOrder has several put frames in while a slow reader takes them off a
// real connection: nothing is lost or torn, and what one put in comes out in its
// order, whoever wrote it.
func TestOutboxOrder(t *testing.T) {
	const senders, each = 4, 2000
	near, far := tcpPair(t)
	o := newOutbox(near, &Limits{QueueFrames: senders * each, QueueBytes: 1 << 30, WriteTimeout: patience, WaitingBytes: 1 << 40}, new(waiting), func(err error) { t.Error(err) })
	if !o.straight.ready() {
		t.Fatal("no straight way to the connection")
	}
	var sending sync.WaitGroup
	for s := range senders {
		sending.Go(func() {
			buf := make([]byte, 0, 4096)
			for i := range each {
				buf = fmt.Appendf(append(buf[:0], make([]byte, headRoom)...), "%d %d %0*d", s, i, i%1500, 0)
				if frame := inPlace(buf, textMessage); o.offer(frame, true) == yours {
					o.write(frame)
				}
			}
		})
	}
	reader := bufio.NewReader(far)
	var next [senders]int
	for n := range senders * each {
		if n%1000 == 0 {
			time.Sleep(10 * time.Millisecond) // so that the buffers of the system fill
		}
		_, raw, err := readFrame(reader)
		if err != nil {
			t.Fatal(err)
		}
		var s, i int
		fmt.Sscan(string(raw), &s, &i)
		if next[s] != i {
			t.Fatalf("frame %d of %d comes in the place of %d", i, s, next[s])
		}
		next[s]++
	}
	sending.Wait()
	if o.finish(nil) == yours {
		t.Error("nothing was to be written")
	}
	o.wait()
}

// TestOutboxNeverWaits: when nobody reads, putting in is as quick as ever, until
// it is refused; the close frame then waits for the rest of what has begun.
func TestOutboxNeverWaits(t *testing.T) {
	near, far := tcpPair(t)
	failed := make(chan error, 1)
	o := newOutbox(near, &Limits{QueueFrames: 256, QueueBytes: 1 << 20, WriteTimeout: time.Hour, WaitingBytes: 1 << 40}, new(waiting), func(err error) { failed <- err })
	frame := textFrame(fmt.Sprintf("%60000d", 0))
	whole := 0
	for began := time.Now(); ; whole++ {
		verdict := o.offer(frame, true)
		if verdict == yours {
			o.write(frame)
		}
		if verdict == overflow {
			break
		}
		if time.Since(began) > patience {
			t.Fatal("it never fills")
		}
	}
	o.finish(closeFrame(peerSlow.end()))
	for n := 0; ; n++ {
		kind, raw, err := readFrame(far)
		if kind == 0x88 {
			if n == 0 || n >= whole {
				t.Errorf("%d of %d frames came before the end", n, whole)
			}
			break
		}
		if err != nil || len(raw) != 60000 {
			t.Fatalf("%d bytes, %v", len(raw), err)
		}
	}
	o.wait()
	if len(failed) > 0 {
		t.Error(<-failed)
	}
}

// tcpPair is a connection over loopback.
func tcpPair(t *testing.T) (near, far net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if far, err = net.Dial("tcp", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if near, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { near.Close(); far.Close() })
	return near, far
}

// readFrame takes one frame of a server off a connection.
func readFrame(r io.Reader) (kind byte, payload []byte, err error) {
	var header [10]byte
	if _, err = io.ReadFull(r, header[:2]); err != nil {
		return 0, nil, err
	}
	size := uint64(header[1])
	switch {
	case size == 126:
		_, err = io.ReadFull(r, header[2:4])
		size = uint64(binary.BigEndian.Uint16(header[2:]))
	case size == 127:
		_, err = io.ReadFull(r, header[2:10])
		size = binary.BigEndian.Uint64(header[2:])
	}
	if err != nil {
		return 0, nil, err
	}
	payload = make([]byte, size)
	_, err = io.ReadFull(r, payload)
	return header[0], payload, err
}

// What a client comes back to does not count against what may wait for it next.
func TestOutboxFilledHasRoom(t *testing.T) {
	o := &outbox{limits: &Limits{QueueFrames: 2, QueueBytes: 64, WaitingBytes: 1 << 20}, all: new(waiting), busy: true}
	o.fill([][]byte{textFrame("1"), textFrame("2"), textFrame("3")})
	for i, want := range []verdict{taken, taken, overflow} {
		if got := o.offer(textFrame("n"), false); got != want {
			t.Errorf("frame %d: %v, want %v", i, got, want)
		}
	}
}

// Where much waits for many, little may wait for each, until there is room again; and
// nothing is counted that does not wait any more, whatever became of it.
func TestOutboxesShareABound(t *testing.T) {
	frame := textFrame("8 bytes.") // ten with its header
	limits := &Limits{QueueFrames: 1000, QueueBytes: 60, WaitingBytes: 100, ScarceBytes: 20}
	all := new(waiting)
	fill := func() (o *outbox, fit int) {
		o = &outbox{limits: limits, all: all, busy: true, failed: func(error) {}}
		for o.offer(frame, true) == taken {
			fit++
		}
		return o, fit
	}
	var full []*outbox
	for i, want := range []int{6, 5, 2, 2} { // the second one takes it over the bound
		o, fit := fill()
		if fit != want {
			t.Errorf("outbox %d takes %d frames, want %d", i, fit, want)
		}
		full = append(full, o)
	}
	full[0].finish(nil)
	full[1].fail(io.EOF)
	full[2].next()
	if got := all.Load(); got != 30 {
		t.Errorf("%d bytes are said to wait, want 30", got)
	}
	if _, fit := fill(); fit != 6 {
		t.Errorf("with room again one takes %d frames, want 6", fit)
	}
}

// One frame may always wait, and so may as many as fitted when they came.
func TestOutboxOver(t *testing.T) {
	limits := &Limits{QueueFrames: 3, QueueBytes: 60, WaitingBytes: 20, ScarceBytes: 20}
	for _, c := range []struct {
		name   string
		frames []string
		want   bool
	}{
		{"nothing", nil, false},
		{"one that is longer than the bound", []string{"more than twenty bytes of text"}, false},
		{"as many frames as may", []string{"1", "2", "3"}, false},
		{"more than the bound", []string{"8 bytes.", "8 bytes.", "8 bytes."}, true},
	} {
		all := new(waiting)
		o := &outbox{limits: limits, all: all, busy: true}
		for _, text := range c.frames {
			if o.offer(textFrame(text), true) != taken {
				t.Fatalf("%s: refused", c.name)
			}
		}
		all.Add(1000) // for others
		if o.over() != c.want {
			t.Errorf("%s: over: %v, want %v", c.name, !c.want, c.want)
		}
	}
}

// The same of what is kept for those who may come back.
func TestHistoriesShareABound(t *testing.T) {
	limits := &Limits{QueueFrames: 1000, QueueBytes: 60, WaitingBytes: 100, ScarceBytes: 20}
	all := new(waiting)
	first, second := history{all: all}, history{all: all}
	for range 6 {
		first.add(make([]byte, 10))
	}
	if first.over(limits) {
		t.Error("the first one is over its bound")
	}
	for range 5 {
		second.add(make([]byte, 10))
	}
	if !first.over(limits) || !second.over(limits) {
		t.Error("both together are not over theirs")
	}
	first.confirm(2)
	second.drop()
	if got := all.Load(); got != 40 || first.over(limits) {
		t.Errorf("%d bytes are said to wait, want 40", got)
	}
}
