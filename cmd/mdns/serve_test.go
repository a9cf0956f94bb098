package mdns

import (
	"bytes"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
	"golang.org/x/net/ipv4"
)

// wire is a socket that keeps what is sent.
type wire struct {
	*ipv4.PacketConn // nil: what is not below is not to be called
	sent             []datagram
	joined           int
}

type datagram struct {
	packet []byte
	link   int
	to     string
}

func (w *wire) JoinGroup(*net.Interface, net.Addr) error { w.joined++; return nil }

func (w *wire) WriteTo(packet []byte, about *ipv4.ControlMessage, to net.Addr) (int, error) {
	w.sent = append(w.sent, datagram{packet, about.IfIndex, to.String()})
	return len(packet), nil
}

// took is what was sent since it was asked last.
func (w *wire) took() []datagram {
	sent := w.sent
	w.sent = nil
	return sent
}

// desk is a responder on one link, at a time that the test sets.
type desk struct {
	*Responder
	wire
	found map[int]*link
	log   bytes.Buffer // hides the responder's
	now   time.Time
}

func newDesk() *desk {
	d := &desk{now: time.Unix(1e9, 0), found: map[int]*link{2: newLink(2, "10.0.0.9/24")}}
	around := func() (map[int]*link, []netip.Addr) { return d.found, addrs("127.0.0.1", "10.0.0.9", "203.0.113.9") }
	d.Responder = newResponder(box, around, &d.wire, slog.New(slog.NewTextHandler(&d.log, nil)))
	return d
}

func newLink(index int, prefix string) *link {
	p := netip.MustParsePrefix(prefix)
	return &link{Interface: net.Interface{Index: index}, addrs: []netip.Addr{p.Addr()}, near: []netip.Prefix{p.Masked()}}
}

// pass lets time pass, with whatever falls due meanwhile.
func (d *desk) pass(by time.Duration) {
	for end := d.now.Add(by); ; d.now = d.next() {
		d.step(d.now)
		if d.next().After(end) {
			d.now = end
			return
		}
	}
}

func (d *desk) get(packet []byte, link int, from string) {
	d.take(packet, link, net.UDPAddrFromAddrPort(netip.MustParseAddrPort(from)), d.now)
}

func TestProbesThenAnnounces(t *testing.T) {
	d := newDesk()
	d.pass(1100 * time.Millisecond)
	asking := d.took()
	if len(asking) != probes || asking[0].to != "224.0.0.251:5353" || asking[0].link != 2 || d.joined != 1 {
		t.Fatalf("%+v", asking)
	}
	if _, about := asked(asking[0].packet, box); !about {
		t.Error("the probe does not ask")
	}
	d.get(probe(box), 2, "10.0.0.7:5353")
	if sent := d.took(); len(sent) > 0 {
		t.Errorf("answers before it knows that the name is free: %+v", sent)
	}
	d.pass(3 * time.Second)
	told := d.took()
	if len(told) != 2 {
		t.Fatalf("%+v", told)
	}
	if got, _ := answered(told[0].packet, box); len(got) != 1 || got[0] != addrs("10.0.0.9")[0] {
		t.Errorf("%v", got)
	}
	d.pass(time.Hour)
	if sent := d.took(); len(sent) > 0 {
		t.Errorf("unasked: %+v", sent)
	}
	d.farewell()
	if sent := d.took(); len(sent) != 1 || unpacked(t, sent[0].packet).Answers[0].Header.TTL != 0 {
		t.Errorf("the farewell is %+v", sent)
	}
}

func TestWhoIsAnswered(t *testing.T) {
	all := message(t, dnsmessage.Message{Questions: []dnsmessage.Question{asks("box.local.", dnsmessage.TypeA, dnsmessage.ClassINET)}})
	alone := message(t, dnsmessage.Message{Questions: []dnsmessage.Question{asks("box.local.", dnsmessage.TypeA, dnsmessage.ClassINET|cacheFlush)}})
	for _, row := range []struct {
		name   string
		packet []byte
		link   int
		from   string
		to     string
	}{
		{"everybody", all, 2, "10.0.0.7:5353", "224.0.0.251:5353"},
		{"the asker alone", alone, 2, "10.0.0.7:5353", "10.0.0.7:5353"},
		{"an old asker", all, 2, "10.0.0.7:40000", "10.0.0.7:40000"},
		{"from another network", all, 2, "192.168.1.7:40000", ""},
		{"from a public address", alone, 2, "198.51.100.7:53", ""},
		{"on a link that is not ours", all, 3, "10.0.0.7:5353", ""},
		{"noise", []byte("\x00\x00\x00\x00\xff\xff"), 2, "10.0.0.7:5353", ""},
		{"nothing", nil, 2, "10.0.0.7:5353", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			d := newDesk()
			d.pass(time.Minute)
			d.took()
			d.get(row.packet, row.link, row.from)
			got := ""
			for _, one := range d.took() {
				got += one.to
			}
			if got != row.to {
				t.Errorf("answered to %q, want %q", got, row.to)
			}
		})
	}
}

// Whoever asks without end is answered within bounds.
func TestAnswersAreFew(t *testing.T) {
	d := newDesk()
	d.pass(time.Minute)
	d.took()
	all := message(t, dnsmessage.Message{Questions: []dnsmessage.Question{asks("box.local.", dnsmessage.TypeA, dnsmessage.ClassINET)}})
	for range 1000 {
		d.get(all, 2, "10.0.0.7:5353")
		d.pass(10 * time.Millisecond)
	}
	if sent := d.took(); len(sent) != 10 {
		t.Errorf("%d answers to everybody in 10 s", len(sent))
	}
	d.pass(time.Minute)
	for range 1000 {
		d.get(all, 2, "10.0.0.7:40000")
	}
	if sent := d.took(); len(sent) != unicastBurst {
		t.Errorf("%d answers to one at once", len(sent))
	}
}

func TestQuietWhereOthersAnswer(t *testing.T) {
	foreign, same := announcement(box, addrs("10.0.0.7"), ttl), announcement(box, addrs("10.0.0.9"), ttl)
	for _, row := range []struct {
		name   string
		after  time.Duration
		packet []byte
		from   string
		quiet  bool
		told   string
	}{
		{"this machine, while asking", 300 * time.Millisecond, same, "10.0.0.9:5353", true, "another program of this machine"},
		{"this machine by another of its addresses", 300 * time.Millisecond, foreign, "10.0.0.9:5353", true, "another program of this machine"},
		{"this machine, later: ourselves by another link", time.Minute, same, "10.0.0.9:5353", false, ""},
		{"another machine, while asking", 300 * time.Millisecond, foreign, "10.0.0.7:5353", true, "another machine has the name"},
		{"another machine, later", time.Minute, foreign, "10.0.0.7:5353", true, "another machine has the name"},
		{"somebody who hands on what we said", time.Minute, same, "10.0.0.1:5353", false, ""},
		{"somebody from elsewhere", time.Minute, foreign, "192.168.7.7:5353", false, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			d := newDesk()
			d.pass(row.after)
			d.get(row.packet, 2, row.from)
			d.pass(time.Minute)
			d.took()
			d.get(probe(box), 2, "10.0.0.8:5353")
			if quiet := len(d.took()) == 0; quiet != row.quiet || !strings.Contains(d.log.String(), row.told) {
				t.Errorf("quiet %v, log %q", quiet, d.log.String())
			}
		})
	}
}

// A link that comes, goes or has another address has us ask again.
func TestLinksChange(t *testing.T) {
	d := newDesk()
	d.found = nil
	d.pass(time.Minute)
	if sent := d.took(); len(sent) > 0 {
		t.Errorf("sent without a link: %+v", sent)
	}
	for _, prefix := range []string{"10.0.0.9/24", "192.168.1.9/24"} {
		d.found = map[int]*link{5: newLink(5, prefix)}
		d.pass(lookEvery + 5*time.Second)
		sent := d.took()
		if len(sent) != probes+announcements || sent[0].link != 5 {
			t.Fatalf("%+v", sent)
		}
		if got, _ := answered(sent[probes].packet, box); got[0] != netip.MustParsePrefix(prefix).Addr() {
			t.Errorf("%v", got)
		}
	}
	d.found = nil
	d.pass(time.Minute)
	d.get(probe(box), 5, "192.168.1.7:5353")
	if sent := d.took(); len(sent) > 0 {
		t.Errorf("sent after the link went: %+v", sent)
	}
}

func TestLinkOf(t *testing.T) {
	for _, row := range []struct{ prefixes, want string }{
		{"192.168.1.5/24 fe80::1/64", "192.168.1.5"},
		{"192.168.1.5/24 fd00::5/64 2001:db8::5/64", "192.168.1.5 fd00::5"},
		{"203.0.113.5/24", ""},
		{"203.0.113.5/24 10.0.0.5/8", "10.0.0.5"},
		{"169.254.7.7/16", "169.254.7.7"},
		{"169.254.7.7/16 10.0.0.5/8", "10.0.0.5"},
		{"fd00::5/64", ""}, // nobody can ask
		{"192.168.1.99/24", ""},
		{"192.168.1.99/24 192.168.1.5/24", "192.168.1.5"},
		{"", ""},
	} {
		var prefixes []netip.Prefix
		for text := range strings.FieldsSeq(row.prefixes) {
			prefixes = append(prefixes, netip.MustParsePrefix(text))
		}
		got := ""
		if l := linkOf(prefixes, func(a netip.Addr) bool { return a != addrs("192.168.1.99")[0] }); l != nil {
			for _, addr := range l.addrs {
				got += " " + addr.String()
			}
		}
		if strings.TrimSpace(got) != row.want {
			t.Errorf("%s: %q, want %q", row.prefixes, got, row.want)
		}
	}
}
