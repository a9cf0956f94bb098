package turnserver

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

// ownAge is how long a look at the interfaces serves. Addresses come and go
// with Wi-Fi, VPNs and containers.
const ownAge = 2 * time.Second

// own knows the addresses of this machine: those of its interfaces, all of
// 127.0.0.0/8, and the public one that leads here.
type own struct {
	public netip.Addr

	mu    sync.Mutex
	seen  time.Time
	addrs map[netip.Addr]bool
}

func newOwn(public netip.Addr) *own { return &own{public: public} }

// has tells whether packets to the address end on this machine.
func (o *own) has(a netip.Addr) bool {
	if a.IsLoopback() || a == o.public {
		return true
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if now := time.Now(); o.addrs == nil || now.Sub(o.seen) > ownAge {
		o.look(now)
	}
	return o.addrs[a]
}

// look reads the interfaces. If that fails the last look stands.
func (o *own) look(now time.Time) {
	o.seen = now
	list, err := net.InterfaceAddrs()
	if err != nil {
		return
	}
	o.addrs = make(map[netip.Addr]bool, len(list))
	for _, a := range list {
		if n, ok := a.(*net.IPNet); ok {
			if ip, ok := netip.AddrFromSlice(n.IP); ok {
				o.addrs[ip.Unmap()] = true
			}
		}
	}
}
