package engine

import (
	"net"
	"sync"
)

// owned is a relay socket in the library's hands. The library closes it when
// the allocation ends, whatever the reason, and may do so more than once.
type owned struct {
	net.PacketConn
	once  sync.Once
	ended func()
}

// Close never fails: on an error the library would leave its other allocations
// open when it shuts down.
func (o *owned) Close() error {
	o.once.Do(func() {
		_ = o.PacketConn.Close()
		o.ended()
	})
	return nil
}

// disown makes the socket the caller's again after an Allocate that failed. The
// library may still hold it, and close it, if it failed on the way.
func (o *owned) disown() { o.once.Do(o.ended) }
