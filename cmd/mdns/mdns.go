// Package mdns answers to one name of the local network, such as box.local, with the
// addresses of this machine (RFC 6762), so that people need not type those.
//
// In come packets to the group 224.0.0.251, which no router passes on; the socket is
// bound to that address, so nothing else reaches it (socket_linux.go). Out go at most
// one answer for each, by multicast once a second and link, to one asker alone no
// more than a limiter allows, and only to addresses of the link it came from.
// message.go reads and writes packets and decides nothing; links.go says where there
// is somebody to answer; serve.go is the one goroutine, which owns everything.
//
// A name is asked for before it is answered to. When another program of this machine
// answers, such as avahi or systemd-resolved, the name works without us; when another
// machine does, it is not ours. Either way we keep quiet until the links change.
//
// macOS and Windows answer to the machine's name by themselves, so this is for Linux.
// IPv4 carries the questions, since a querier asks by both families; the answers hold
// addresses of both.
package mdns

import (
	"errors"
	"net/netip"
	"strings"
	"time"
)

// ErrSystem means that the system answers to the machine's name by itself, if anybody
// does.
var ErrSystem = errors.New("the system answers by itself")

const (
	port = 5353 // RFC 6762 section 3

	probes        = 5 // RFC 6762 section 8.1 has 3; who has just answered to all waits for a second
	probeGap      = 250 * time.Millisecond
	announcements = 2 // RFC 6762 section 8.3
	announceGap   = time.Second
	multicastGap  = time.Second // RFC 6762 section 6
	lookEvery     = 10 * time.Second

	ttl       = 120 // seconds, RFC 6762 section 10
	legacyTTL = 10  // for askers that know nothing of multicast, section 6.7

	unicastRate  = 20 // answers a second to single askers
	unicastBurst = 50
	largest      = 9000 // bytes of a packet, RFC 6762 section 17
)

var group = netip.AddrFrom4([4]byte{224, 0, 0, 251})

// Name is what a machine is called in the local network: its own name up to the first
// dot, below local. It is empty for a machine whose name cannot be one.
func Name(host string) string {
	label, _, _ := strings.Cut(strings.ToLower(host), ".")
	if label == "" || len(label) > 63 || label == "localhost" || label[0] == '-' || label[len(label)-1] == '-' ||
		strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return ""
	}
	return label + ".local"
}
