package socket

import (
	"net"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// descriptor is a file descriptor that several goroutines use. It is closed when
// it shall be and nobody uses it any more: the system gives its number to the
// next file that is opened, which must not get our packets.
//
// It is not one of the runtime's, whose poller wakes a goroutine for each packet.
type descriptor struct {
	fd    int
	state atomic.Int64 // how many use it, and whether it is closed
	then  func()       // called when it is; set by whoever closes it
}

const descriptorClosed = 1 << 40

// use runs f with the descriptor. One that is closed gives net.ErrClosed.
func (d *descriptor) use(f func(fd int) error) error {
	if !d.acquire() {
		return net.ErrClosed
	}
	defer d.release()
	return f(d.fd)
}

func (d *descriptor) acquire() bool {
	for {
		state := d.state.Load()
		if state >= descriptorClosed {
			return false
		}
		if d.state.CompareAndSwap(state, state+1) {
			return true
		}
	}
}

func (d *descriptor) release() {
	if d.state.Add(-1) != descriptorClosed {
		return
	}
	_ = unix.Close(d.fd)
	if d.then != nil {
		d.then()
	}
}

// close is called once. Nobody can begin to use the descriptor from now on.
func (d *descriptor) close(then func()) {
	d.state.Add(1)
	d.then = then
	d.state.Add(descriptorClosed)
	d.release()
}
