package doctor

import (
	"fmt"

	"zerortc/cmd/finding"
	"zerortc/config"
)

// What the server wants of its system.
const (
	bufferSize = 4 << 20 // it asks for so much a UDP socket, each way
	fewCalls   = 50      // relayed at a time; fewer are worth a word
	fewFiles   = 128
)

// relayRange counts the calls that can be relayed at a time: a call where both sides
// are takes two ports.
func relayRange(cfg config.TURN) finding.Finding {
	ports := cfg.RelayPorts.Count()
	most := ports
	if n := cfg.MaxAllocations.Of(ports); n > 0 {
		most = min(most, n)
	}
	calls := most / 2
	said := fmt.Sprintf("turn.relay-ports %d-%d and turn.max-allocations are enough for %d relayed calls at a time", cfg.RelayPorts.Min, cfg.RelayPorts.Max, calls)
	switch {
	case calls < 1:
		return finding.Bad("relay-range", fmt.Sprintf("%d relay at a time: a call of two who are both relayed takes two", most), "widen turn.relay-ports, or raise turn.max-allocations")
	case calls < fewCalls:
		return finding.Worth("relay-range", said, "if there will be more, widen turn.relay-ports, and raise turn.max-allocations")
	}
	return finding.Good("relay-range", "%s", said)
}

// FewFiles tells a limit of descriptors that is less than half of what the settings
// may come to need. They allow for more than nearly anybody uses, and a limit in
// between is no reason to scold.
func FewFiles(may, needs uint64) bool { return may < needs/2 }

// fileLimit holds the descriptors that a process may open against those that the
// settings may come to need.
func fileLimit(may, needs uint64) finding.Finding {
	said := fmt.Sprintf("a process here may open %d files", may)
	more := fmt.Sprintf("%s; all the sockets and relays that the settings allow would take %d", said, needs)
	switch {
	case may == 0:
		return finding.Skip("descriptors", "how many a process may open is not known on this system")
	case may < fewFiles:
		return finding.Bad("descriptors", said+": that is not enough for a few calls", "raise it: ulimit -n, or LimitNOFILE= of the service")
	case FewFiles(may, needs):
		return finding.Worth("descriptors", more, "raise it (ulimit -n, or LimitNOFILE= of the service), or lower rooms.max-sockets and turn.max-allocations")
	case may < needs:
		return finding.Good("descriptors", "%s", more)
	}
	return finding.Good("descriptors", "%s", said)
}

// udpBuffers holds the system's limit, in bytes, against what the server asks for.
func udpBuffers(may int) finding.Finding {
	switch {
	case may == 0:
		return finding.Skip("udp-buffers", "how large they may be is not known on this system")
	case may < bufferSize:
		return finding.Worth("udp-buffers", fmt.Sprintf("at most %d KiB of packets may wait in a socket; bursts of many calls may get lost", may>>10),
			fmt.Sprintf("sysctl -w net.core.rmem_max=%d net.core.wmem_max=%[1]d, and the same in /etc/sysctl.d", bufferSize))
	}
	return finding.Good("udp-buffers", "up to %d KiB of packets may wait in a socket", may>>10)
}
