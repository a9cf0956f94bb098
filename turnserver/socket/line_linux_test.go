package socket

import (
	"bytes"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// lineTo is a line and the client's end of it. A narrow one has room for little.
func lineTo(t *testing.T, narrow bool, patience time.Duration) (*Line, *net.TCPConn) {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	must(t, err)
	defer listener.Close()
	client, err := net.Dial("tcp4", listener.Addr().String())
	must(t, err)
	conn, err := listener.Accept()
	must(t, err)
	if narrow {
		must(t, client.(*net.TCPConn).SetReadBuffer(32<<10))
		must(t, conn.(*net.TCPConn).SetWriteBuffer(4096))
	}
	l, err := NewLine(conn, patience)
	must(t, err)
	t.Cleanup(func() { _, _ = l.Close(), client.Close() })
	must(t, client.SetDeadline(time.Now().Add(20*time.Second)))
	return l, client.(*net.TCPConn)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// looping are loops that run as long as the test.
func looping(t *testing.T) *Loops {
	t.Helper()
	loops, err := NewLoops(2, func(int) {})
	must(t, err)
	var running sync.WaitGroup
	running.Go(loops.Run)
	t.Cleanup(func() { loops.Close(); running.Wait() })
	return loops
}

// TestLineIsRead: the loop reads while the line is armed, gives reading away, gets
// it back with what came meanwhile, and sees the end.
func TestLineIsRead(t *testing.T) {
	l, client := lineTo(t, false, time.Minute)
	type reading struct {
		got []byte
		err error
	}
	readings := make(chan reading, 1)
	must(t, l.Serve(looping(t), func(*Out) {
		b := make([]byte, 100)
		n, err := l.Read(b)
		if _, again := l.Read(b); err == nil && !errors.Is(again, ErrAgain) {
			t.Errorf("there was no more, and Read said %v", again)
		}
		l.Disarm()
		readings <- reading{b[:n], err}
	}))
	if n, err := l.Read(make([]byte, 1)); n != 0 || !errors.Is(err, ErrAgain) {
		t.Errorf("outside a turn: %d, %v", n, err)
	}
	for _, want := range []string{"one", "two", "three"} {
		_, err := client.Write([]byte(want)) // nobody listens yet
		must(t, err)
		must(t, l.Arm())
		if got := <-readings; string(got.got) != want || got.err != nil {
			t.Errorf("%q, %v; want %q", got.got, got.err, want)
		}
	}
	must(t, client.CloseWrite())
	must(t, l.Arm())
	if got := <-readings; got.err != io.EOF {
		t.Errorf("at the end: %v", got.err)
	}
}

// TestLineTakesTurns: however much a client sends, others have their turn.
func TestLineTakesTurns(t *testing.T) {
	l, client := lineTo(t, false, time.Minute)
	_, err := client.Write(make([]byte, 4*perTurn))
	must(t, err)
	total, b := 0, make([]byte, 1000)
	for turns := 0; total < 4*perTurn; turns++ {
		l.Turn()
		in := 0
		n, err := l.Read(b)
		for ; err == nil; n, err = l.Read(b) {
			in += n
		}
		if !errors.Is(err, ErrAgain) || in > perTurn+len(b) {
			t.Fatalf("turn %d: %d bytes, %v", turns, in, err)
		}
		total += in
	}
}

// numbered are messages of different sizes, which tell one from another.
func numbered(count int) (messages [][]byte) {
	for i := range count {
		messages = append(messages, bytes.Repeat([]byte{byte(i)}, 1+(i*37)%1500))
	}
	return messages
}

// TestLineKeepsTheOrder: a client that reads late gets everything in order, what
// went straight and what was kept, messages by Send and by Write.
func TestLineKeepsTheOrder(t *testing.T) {
	for name, arranged := range map[string]struct{ narrow bool }{"wide": {false}, "narrow": {true}} {
		t.Run(name, func(t *testing.T) {
			l, client := lineTo(t, arranged.narrow, time.Minute)
			must(t, l.Serve(looping(t), func(*Out) {}))
			messages := numbered(3*vectorsAtOnce + 5)
			if dropped := l.Send(messages, 1<<20); dropped != 0 {
				t.Fatalf("%d were dropped", dropped)
			}
			if arranged.narrow && l.Waiting() == 0 {
				t.Fatal("nothing is kept: this test has lost its meaning")
			}
			for _, m := range messages[:50] {
				_, err := l.Write(m)
				must(t, err)
			}
			want := slices.Concat(append(messages, messages[:50]...)...)
			got := make([]byte, len(want))
			if _, err := io.ReadFull(client, got); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%v; equal: %t", err, bytes.Equal(got, want))
			}
			l.Settle()
			if l.Waiting() != 0 {
				t.Errorf("%d bytes are kept after Settle", l.Waiting())
			}
		})
	}
}

// TestLineDropsWholeMessages: beyond a limit none is kept, and what was begun is
// finished all the same.
func TestLineDropsWholeMessages(t *testing.T) {
	const most, size = 5000, 1000
	l, client := lineTo(t, true, time.Minute)
	must(t, l.Serve(looping(t), func(*Out) {}))
	var sent, dropped int
	for ; dropped < 10; sent++ {
		dropped += l.Send([][]byte{bytes.Repeat([]byte{byte(sent)}, size)}, most)
		if l.Waiting() > most+size {
			t.Fatalf("%d bytes are kept", l.Waiting())
		}
	}
	go func() { l.Settle(); _ = l.Close() }()
	got, err := io.ReadAll(client)
	if err != nil || len(got) != size*(sent-dropped) {
		t.Fatalf("%d bytes, %v; want %d", len(got), err, size*(sent-dropped))
	}
	for i := range len(got) / size {
		if m := got[i*size : (i+1)*size]; bytes.Count(m, m[:1]) != size {
			t.Errorf("message %d is not whole", i)
		}
	}
}

// TestLineGivesUp: a client that reads nothing is given up after a time, and one that
// lets too much of what must not be lost wait at once. Close ends both kinds of wait.
func TestLineGivesUp(t *testing.T) {
	for name, end := range map[string]func(*testing.T, *Line){
		"in time":  func(*testing.T, *Line) {},
		"too much": func(t *testing.T, l *Line) { fill(l, mostKept) },
		"closed":   func(t *testing.T, l *Line) { must(t, l.Close()) },
	} {
		t.Run(name, func(t *testing.T) {
			patience := time.Minute
			if name == "in time" {
				patience = 50 * time.Millisecond
			}
			l, _ := lineTo(t, true, patience)
			must(t, l.Serve(looping(t), func(*Out) {}))
			fill(l, 128<<10)
			end(t, l)
			l.Settle()
			<-l.Done()
			if _, err := l.Write([]byte{1}); !errors.Is(err, net.ErrClosed) {
				t.Errorf("writing after: %v", err)
			}
			if l.Send([][]byte{{1}}, most) != 1 {
				t.Error("sending after lost nothing")
			}
			if err := l.Close(); name == "closed" && !errors.Is(err, net.ErrClosed) {
				t.Errorf("closing again: %v", err)
			}
		})
	}
}

const most = 1 << 20

// fill writes until more than so many bytes are kept, or the line is closed.
func fill(l *Line, size int) {
	for l.Waiting() <= size {
		if _, err := l.Write(make([]byte, 1000)); err != nil {
			return
		}
	}
}

// TestLineThatDiesQuietly: the end of a connection that nobody reads from is not told
// over and over.
func TestLineThatDiesQuietly(t *testing.T) {
	loop := looping(t)
	l, client := lineTo(t, true, time.Minute)
	must(t, l.Serve(loop, func(*Out) {}))
	fill(l, 128<<10)
	must(t, client.SetLinger(0))
	must(t, client.Close()) // with a reset
	<-l.Done()

	idle, client := lineTo(t, false, time.Minute)
	must(t, idle.Serve(loop, func(*Out) { idle.Disarm() }))
	must(t, idle.Arm())
	must(t, client.SetLinger(0))
	must(t, client.Close())
	var before, after unix.Timespec
	must(t, unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &before))
	time.Sleep(50 * time.Millisecond) // in which a loop that spins would use as much
	must(t, unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &after))
	if used := time.Duration(after.Nano() - before.Nano()); used > 25*time.Millisecond {
		t.Errorf("%v of CPU while nothing happens", used)
	}
}

// TestLineOfMany: writers, a reader and a Close at any time.
func TestLineOfMany(t *testing.T) {
	loop := looping(t)
	for range 20 {
		l, client := lineTo(t, true, time.Minute)
		must(t, l.Serve(loop, func(*Out) {
			if _, err := io.Copy(io.Discard, struct{ io.Reader }{l}); !errors.Is(err, ErrAgain) {
				l.Disarm()
			}
		}))
		must(t, l.Arm())
		var running sync.WaitGroup
		for range 3 {
			running.Go(func() {
				for l.Send(numbered(20), most) == 0 {
				}
			})
		}
		running.Go(func() {
			_, _ = io.CopyN(client, zeros{}, 100_000)
			_, _ = io.CopyN(io.Discard, client, 100_000)
			_ = l.Close()
		})
		running.Wait()
		<-l.Done()
	}
}

type zeros struct{}

// Read implements io.Reader.
func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }
