//go:build linux && (amd64 || arm64)

package load

import (
	"net/netip"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	lookEvery  = 500 * time.Microsecond // how often the receiver looks
	atOnce     = 64                     // datagrams of a system call, and sockets of one
	packetSize = 2048
)

// receiver takes what arrives at sockets of one kind: of clients, or of peers.
type receiver struct {
	tally *tally
	all   *atomic.Bool // set when nothing is missing
	fds   []int
	size  int                                                          // of a payload
	read  func(socket int, b *batch, i int) (payload []byte, flow int) // what a datagram holds, and whose it is
}

// run receives until it is told to stop. Nothing wakes it but the clock.
func (r *receiver) run(stop *atomic.Bool) error {
	ep, err := watch(r.fds)
	if err != nil {
		return err
	}
	defer unix.Close(ep)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	in, events := newBatch(atOnce, packetSize), make([]unix.EpollEvent, atOnce)
	for !stop.Load() {
		if r.look(ep, in, events) < len(events) {
			sleep(lookEvery)
		}
	}
	for r.look(ep, in, events) > 0 { // what came between the last look and the order
	}
	return nil
}

// look empties the sockets that have something and tells how many had.
func (r *receiver) look(ep int, in *batch, events []unix.EpollEvent) int {
	ready := poll(ep, events)
	now := time.Now()
	for _, e := range events[:ready] {
		for {
			n := in.receive(r.fds[e.Fd])
			for i := range n {
				payload, flow := r.read(int(e.Fd), in, i)
				r.tally.take(payload, flow, r.size, in.at(i, now))
			}
			if n < atOnce {
				break
			}
		}
	}
	r.all.Store(r.tally.delivered == r.tally.total)
	return ready
}

// echo sends back whatever peers receive, as soon as it comes.
func echo(fds []int, stop *atomic.Bool) error {
	ep, err := watch(fds)
	if err != nil {
		return err
	}
	defer unix.Close(ep)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	in, events := newBatch(atOnce, packetSize), make([]unix.EpollEvent, atOnce)
	for !stop.Load() {
		ready, err := unix.EpollWait(ep, events, 20) // milliseconds: how soon stop is seen
		if err != nil && err != unix.EINTR {
			return err
		}
		for _, e := range events[:max(0, ready)] {
			n := in.receive(fds[e.Fd])
			for i := range n {
				in.answer(i)
			}
			_, _ = in.send(fds[e.Fd], n) // what does not go out is lost and found missing
		}
	}
	return nil
}

// poll is epoll_wait(2) that does not wait.
func poll(ep int, events []unix.EpollEvent) int {
	n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(ep), uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), 0, 0, 0)
	if errno != 0 {
		return 0
	}
	return int(n)
}

// relays finds the flow of a packet that comes to a peer by where it comes from.
func relays(clients []*client) map[netip.AddrPort]int {
	flows := make(map[netip.AddrPort]int, len(clients))
	for i, c := range clients {
		flows[c.relayed] = i
	}
	return flows
}
