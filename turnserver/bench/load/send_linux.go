//go:build linux && (amd64 || arm64)

package load

import (
	"context"
	"fmt"
	"runtime"
	"time"
	"unsafe"

	"github.com/HdrHistogram/hdrhistogram-go"
	"golang.org/x/sys/unix"
)

// flow is one who sends: a client, or a peer to a client.
type flow struct {
	head []byte                   // what stands before the payload
	fd   int                      // the socket
	to   *unix.RawSockaddrInet4   // nil: where it is connected to
	out  func(burst []byte) error // instead, for a stream: the burst in one write
}

// sender sends what the schedule says. One thread has it.
type sender struct {
	pace    pace
	flows   []flow
	payload int
	run     uint16
	late    *hdrhistogram.Histogram
	sent    int
	elapsed time.Duration
}

// nap is the longest sleep: how soon the end of the context is noticed.
const nap = time.Millisecond

// send sends it all. It never waits for anything but the clock and, with streams,
// room in the connection.
func (s *sender) send(ctx context.Context) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0) // else sleeps end 50 µs late
	out := newBatch(s.pace.burst, maxHead+s.payload)
	began := time.Now()
	for s.sent < s.pace.total {
		due := s.pace.at(s.sent)
		now := time.Since(began)
		if now < due {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			sleep(min(due-now, nap))
			continue
		}
		_ = s.late.RecordValue(max(1, (now - due).Nanoseconds()))
		count := s.pace.size(s.sent)
		if err := s.burst(out, count); err != nil {
			return fmt.Errorf("sending: %w", err)
		}
		s.sent += count
	}
	s.elapsed = time.Since(began)
	return nil
}

// burst sends count packets of the flow whose turn it is.
func (s *sender) burst(out *batch, count int) error {
	which := s.pace.flow(s.sent, len(s.flows))
	f := &s.flows[which]
	size := len(f.head) + s.payload
	now := time.Now()
	for i := range count {
		packet := out.buffers[i][:size]
		copy(packet, f.head)
		mark{s.run, uint32(which), uint64(s.sent + i), now}.put(packet[len(f.head):])
		if f.out == nil {
			out.prepare(i, size, f.to)
		}
	}
	if f.out != nil {
		return s.write(f, out, count, size)
	}
	done, err := out.send(f.fd, count)
	if err == unix.EAGAIN || err == unix.ENOBUFS {
		return nil // what did not go out is lost: the packets have their numbers
	}
	if err != nil {
		return fmt.Errorf("packet %d: %w", s.sent+done, err)
	}
	return nil
}

// write sends the packets over a stream as one piece.
func (s *sender) write(f *flow, out *batch, count, size int) error {
	piece := make([]byte, 0, count*size)
	for i := range count {
		piece = append(piece, out.buffers[i][:size]...)
	}
	return f.out(piece)
}

// sleep keeps the thread, and Go's scheduler out of it.
func sleep(d time.Duration) {
	t := unix.NsecToTimespec(d.Nanoseconds())
	_, _, _ = unix.RawSyscall(unix.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&t)), 0, 0)
}
