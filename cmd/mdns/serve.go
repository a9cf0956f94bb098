package mdns

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"slices"
	"time"

	"golang.org/x/net/ipv4"
	"golang.org/x/time/rate"
)

// Responder answers to a name while Serve runs.
type Responder struct {
	name   string
	around func() (found map[int]*link, own []netip.Addr)
	conn   socket
	log    *slog.Logger

	// What follows is Serve's.
	links  map[int]*link
	own    []netip.Addr // all addresses of this machine
	phase  phase
	sent   int       // packets of this phase
	due    time.Time // of the next one; zero: there is none
	look   time.Time // when to look at the links again
	single *rate.Limiter
}

// socket is what is needed of an ipv4.PacketConn.
type socket interface {
	JoinGroup(nic *net.Interface, group net.Addr) error
	ReadFrom(packet []byte) (n int, about *ipv4.ControlMessage, from net.Addr, err error)
	WriteTo(packet []byte, about *ipv4.ControlMessage, to net.Addr) (n int, err error)
	SetReadDeadline(time.Time) error
	Close() error
}

// phase is what is done about the name.
type phase int

const (
	quiet      phase = iota // there is nobody to answer, or somebody else answers
	probing                 // asked whether somebody has it
	announcing              // told of, and answered to
	answering
)

// Listen takes the port for answering to name, such as box.local, with the addresses
// that serves tells of. Nothing is sent before Serve.
func Listen(name string, serves func(netip.Addr) bool, log *slog.Logger) (*Responder, error) {
	conn, err := open()
	if err != nil {
		return nil, err
	}
	return newResponder(name, func() (map[int]*link, []netip.Addr) { return links(serves) }, conn, log), nil
}

func newResponder(name string, around func() (map[int]*link, []netip.Addr), conn socket, log *slog.Logger) *Responder {
	return &Responder{name: name, around: around, conn: conn, log: log, single: rate.NewLimiter(unicastRate, unicastBurst)}
}

// Heard tells whether there is a link now where somebody could ask.
func (r *Responder) Heard() bool {
	found, _ := r.around()
	return len(found) > 0
}

// Serve answers until ctx ends, then takes the name back and closes the socket. A
// socket that fails leaves the server without a name, and is no reason to end it.
func (r *Responder) Serve(ctx context.Context) error {
	defer r.conn.Close()
	defer r.farewell()
	defer context.AfterFunc(ctx, func() { _ = r.conn.SetReadDeadline(time.Now()) })()
	packet := make([]byte, largest)
	for {
		now := time.Now()
		r.step(now)
		_ = r.conn.SetReadDeadline(r.next())
		if ctx.Err() != nil {
			return nil
		}
		n, about, from, err := r.conn.ReadFrom(packet)
		switch {
		case err == nil && about != nil:
			r.take(packet[:n], about.IfIndex, from, time.Now())
		case err != nil && !errors.Is(err, os.ErrDeadlineExceeded):
			r.log.Warn("nobody answers to the name any more", "name", r.name, "err", err)
			<-ctx.Done()
			return nil
		}
	}
}

// next is when there is something to do besides reading.
func (r *Responder) next() time.Time {
	if !r.due.IsZero() && r.due.Before(r.look) {
		return r.due
	}
	return r.look
}

// step does what is due.
func (r *Responder) step(now time.Time) {
	if !now.Before(r.look) {
		r.look = now.Add(lookEvery)
		r.lookAround(now)
	}
	if r.due.IsZero() || now.Before(r.due) {
		return
	}
	if r.phase == probing && r.sent == probes {
		r.phase, r.sent = announcing, 0
		r.log.Info("answering to a name of the local network", "name", r.name)
	}
	switch {
	case r.phase == probing:
		r.everywhere(func(*link) []byte { return probe(r.name) })
		r.sent, r.due = r.sent+1, now.Add(probeGap)
	case r.phase == announcing && r.sent < announcements:
		r.everywhere(func(l *link) []byte { l.told = now; return announcement(r.name, l.addrs, ttl) })
		r.sent, r.due = r.sent+1, now.Add(announceGap)
	default:
		r.phase, r.due = answering, time.Time{}
	}
}

// lookAround joins the links that have come, and begins again when any has changed.
func (r *Responder) lookAround(now time.Time) {
	found, own := r.around()
	changed := len(found) != len(r.links)
	for index, l := range found {
		old := r.links[index]
		changed = changed || !l.same(old)
		if old != nil {
			l.told = old.told
		}
		_ = r.conn.JoinGroup(&l.Interface, &net.UDPAddr{IP: group.AsSlice()}) // in it already, as a rule
	}
	r.links, r.own = found, own
	switch {
	case len(found) == 0:
		r.phase, r.due = quiet, time.Time{}
	case changed:
		r.phase, r.sent, r.due = probing, 0, now
	}
}

// everywhere sends a packet to the group on each link. What cannot be sent is not
// heard, as with any lost packet; the name is looked for again.
func (r *Responder) everywhere(packet func(*link) []byte) {
	for _, l := range r.links {
		r.send(packet(l), l, &net.UDPAddr{IP: group.AsSlice(), Port: port})
	}
}

func (r *Responder) send(packet []byte, on *link, to net.Addr) {
	if packet != nil {
		_, _ = r.conn.WriteTo(packet, &ipv4.ControlMessage{IfIndex: on.Index}, to)
	}
}

// take is for a packet that came from a link.
func (r *Responder) take(packet []byte, index int, sender net.Addr, now time.Time) {
	l := r.links[index]
	udp, ok := sender.(*net.UDPAddr)
	if l == nil || !ok {
		return
	}
	from := udp.AddrPort()
	from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
	if !l.isNear(from.Addr()) {
		return
	}
	if addrs, about := answered(packet, r.name); about {
		r.heard(addrs, from.Addr())
		return
	}
	if q, about := asked(packet, r.name); about && r.phase >= announcing {
		r.answer(q, l, from, now)
	}
}

// answer answers one question.
func (r *Responder) answer(q question, l *link, from netip.AddrPort, now time.Time) {
	legacy := from.Port() != port
	if legacy || q.alone {
		if r.single.AllowN(now, 1) {
			r.send(reply(q, r.name, l.addrs, legacy), l, net.UDPAddrFromAddrPort(from))
		}
		return
	}
	gap := multicastGap
	if q.probe {
		gap = probeGap // RFC 6762 section 6
	}
	if packet := reply(q, r.name, l.addrs, false); packet != nil && now.Sub(l.told) >= gap {
		l.told = now
		r.send(packet, l, &net.UDPAddr{IP: group.AsSlice(), Port: port})
	}
}

// heard is for what somebody else says of the name. From this machine it counts while
// we ask: later it may be our own, come round by a second link to the same network.
func (r *Responder) heard(addrs []netip.Addr, from netip.Addr) {
	ours := slices.Contains(r.own, from)
	switch {
	case r.phase == quiet || ours && r.phase != probing:
		return
	case ours:
		r.log.Info("another program of this machine answers to the name already", "name", r.name)
	case !slices.ContainsFunc(addrs, func(a netip.Addr) bool { return !slices.Contains(r.own, a) }):
		return // handed on by a router that does so
	default:
		r.log.Warn("another machine has the name of this one", "name", r.name, "machine", from,
			"remedy", "give one of the two another host name, or open the pages by an address")
	}
	r.phase, r.due = quiet, time.Time{}
}

// farewell has everybody forget the name (RFC 6762 section 10.1).
func (r *Responder) farewell() {
	if r.phase >= announcing {
		r.everywhere(func(l *link) []byte { return announcement(r.name, l.addrs, 0) })
	}
}
