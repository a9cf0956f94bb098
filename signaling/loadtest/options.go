package loadtest

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"time"
)

// Dialects of the protocol.
const (
	Classic  = "classic"
	Extended = "v2"
)

// Options are what a run is to do.
type Options struct {
	// Targets are ws or wss URLs. Both members of a room go to the same one.
	Targets []string
	// Dialect is Classic or Extended.
	Dialect string
	// AnyTarget permits targets outside private and loopback ranges.
	AnyTarget bool
	// TLS is for wss targets: whose certificates to believe. nil: the system's.
	TLS *tls.Config
	// Spread is how many addresses to connect from, 127.0.0.1 and those after
	// it; 0 leaves the choice to the system. An address has about 28,000 ports.
	Spread int

	Rooms    int     // of two members each
	JoinRate float64 // members that arrive a second
	Stalled  int     // rooms whose second member stops reading once it is seated

	Rate     float64 // frames a second, in all
	Size     int     // bytes of a frame
	Idle     time.Duration
	Warmup   time.Duration
	Duration time.Duration

	// PIDs are the server's processes, to read CPU and memory of; Linux only.
	PIDs []int
	// Descriptors is how many files this process may open; 0: not known.
	Descriptors uint64

	// Progress is told once a second how it goes.
	Progress io.Writer
}

// Impossible is the error of options that cannot work.
type Impossible struct{ error }

// ports is how many connections one source address can have to one server: what
// Linux picks from by itself (net.ipv4.ip_local_port_range).
const ports = 28_000

// spare are the descriptors that are none of a member's.
const spare = 64

// check finds what cannot work, all of it.
func (o *Options) check() error {
	var faults []error
	wrong := func(bad bool, format string, args ...any) {
		if bad {
			faults = append(faults, fmt.Errorf(format, args...))
		}
	}
	members := 2 * o.Rooms
	wrong(len(o.Targets) == 0, "there is no target")
	wrong(o.Dialect != Classic && o.Dialect != Extended, "dialect %q is neither %s nor %s", o.Dialect, Classic, Extended)
	wrong(o.Rooms < 1, "at least one room is needed, not %d", o.Rooms)
	wrong(o.JoinRate <= 0, "joins a second must be more than 0, not %g", o.JoinRate)
	wrong(o.Rate < 0, "the rate cannot be %g", o.Rate)
	wrong(o.Rate > 0 && o.Duration <= 0, "the duration must be more than 0, not %v", o.Duration)
	wrong(o.Stalled < 0 || o.Stalled > o.Rooms, "%d rooms cannot have %d stalled members", o.Rooms, o.Stalled)
	wrong(o.Size < smallest, "a frame cannot be as small as %d bytes, %d is the least", o.Size, smallest)
	wrong(o.Spread < 0 || o.Spread > 254, "connecting from %d addresses is not possible, 1 to 254 are", o.Spread)
	if sources := max(o.Spread, 1) * max(len(o.Targets), 1); members > sources*ports {
		wrong(true, "%d members need more source ports than there are; connect from more addresses with --spread %d", members, (members+ports-1)/ports)
	}
	if o.Descriptors > 0 && uint64(members+spare) > o.Descriptors {
		wrong(true, "%d members need %d file descriptors and this process may have %d; raise the hard limit (ulimit -Hn) or take fewer rooms",
			members, members+spare, o.Descriptors)
	}
	if len(faults) > 0 {
		return Impossible{errors.Join(faults...)}
	}
	return nil
}
