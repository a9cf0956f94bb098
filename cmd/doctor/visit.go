package doctor

import (
	"context"
	"crypto/x509"
	"time"

	"zerortc/cmd/finding"
)

// visit is a look at one server, and what the checks leave for one another.
type visit struct {
	Patient
	roots *x509.CertPool // nil: those of the system

	chain  []*x509.Certificate // of page: what the server shows, its own first
	sent   time.Time           // of page: half way between question and answer
	date   string              // of page: the server's clock
	list   iceList             // of ice
	opened [3]bool             // of turn-udp, turn-tcp and turn-tls, each its own: it has opened a relay
	ends   [2]*relay           // of relay, which stay open for those after it; nil: not to be had
}

// Visit looks at a server from wherever this machine is.
func Visit(ctx context.Context, p Patient) finding.List {
	v := &visit{Patient: p}
	defer v.close()
	return runAll(ctx, v.checks())
}

// checks is the table: the order is that of a call, and of the report.
func (v *visit) checks() []check {
	page, ice, first := []string{"page"}, []string{"ice"}, []string{"relay"}
	transports := []string{"turn-udp", "turn-tcp", "turn-tls"}
	return []check{
		{name: "page", run: v.page},
		{name: "certificate", needs: page, run: v.certificate},
		{name: "clock", needs: page, run: v.clock},
		{name: "websocket", needs: page, run: v.websocket},
		{name: "ice", needs: page, run: v.ice},
		{name: "stun", needs: ice, run: v.stun},
		{name: "turn-udp", needs: ice, run: v.turn(overUDP)},
		{name: "turn-tcp", needs: ice, run: v.turn(overTCP)},
		{name: "turn-tls", needs: ice, run: v.turn(overTLS)},
		{name: "relay", any: transports, run: v.relay},
		{name: "relay-address", needs: []string{"turn-udp"}, after: first, run: v.relayAddress},
		{name: "password", any: transports, run: v.password},
		{name: "peers-loopback", any: transports, after: first, run: v.refused(loopback)},
		{name: "peers-metadata", any: transports, after: first, run: v.refused(metadata)},
	}
}

// close gives back what the checks left open.
func (v *visit) close() {
	for _, r := range v.ends {
		if r != nil {
			r.close()
		}
	}
}
