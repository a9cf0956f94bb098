//go:build foreign

package foreign

import (
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// turnutils_uclient knows more flags than these.
//
//   - -T and -P ask for TCP relays (RFC 6062), which are not offered.
//   - -R sends broken requests by chance, and most often waits for an answer that
//     no server gives it: on coturn itself it does not end.
//   - -Z asks for a second address by an attribute of a draft, 0x8032, which RFC
//     8656 numbered anew, and then refreshes the address it did not get.
//   - -O breaks off at random places and calls either end a success.
//   - -S is TLS, which cmd/zerortc tests; DTLS, SCTP (-b) and OAuth (-J) are not served.
//
// The rows that package interop runs on every make test are not repeated.

// TestUclientToAPeer relays to coturn's own peer, which sends everything back.
// Without -c each client has a second allocation beside the first, as for RTCP
// (EVEN-PORT and RESERVATION-TOKEN, at random).
func TestUclientToAPeer(t *testing.T) {
	t.Parallel()
	s := start(t, "--turn-peers-allow", "127.0.0.0/8")
	peer := fmt.Sprintf("-e 127.0.0.1 -r %d", startPeer(t))
	var rows []row
	for _, flags := range []string{
		"",        // channels
		"-c",      // no second allocation
		"-s",      // Send indications
		"-X",      // REQUESTED-ADDRESS-FAMILY says IPv4
		"-G",      // permissions and channels asked for again and again
		"-B",      // some clients vanish
		"-D",      // ChannelData padded, also over UDP
		"-l 1400", // large packets
		"-s -l 1400",
	} {
		rows = append(rows, everyWay(s.turn, flags+" "+peer, everythingBack)...)
	}
	// A channel bound to a second peer, RFC 8656 section 12.1.
	rows = append(rows, everyWay(s.turn, "-N "+peer, refused("channel bind: error 400"))...)
	runAll(t, rows)
}

// TestUclientToUclient relays from client to client, through two relays of the
// server, which no setting has to allow.
func TestUclientToUclient(t *testing.T) {
	t.Parallel()
	s := start(t)
	var rows []row
	for _, flags := range []string{
		"-y -s",
		"-y -X",
		"-y -G",
		"-y -B",
		"-y -D",
		"-y -l 1400",
		"-y -s -l 1400",
		"-y -N",    // breaks rules, but none that ends it
		"-y -c -x", // an IPv6 relay asked for over IPv4
		"-y -c -o http://example.org -a 10000 -M", // attributes that we do not know and may ignore
	} {
		rows = append(rows, everyWay(s.turn, flags, everythingBack)...)
	}
	runAll(t, rows)
}

// TestUclientIPv6: client, relay and peer on IPv6.
func TestUclientIPv6(t *testing.T) {
	t.Parallel()
	s := start(t, "--turn-listen", "[::1]:0")
	runAll(t, append(
		everyWay(s.turn, "-y -x", everythingBack),
		everyWay(s.turn, "-y -x -s", everythingBack)...))
}

// TestUclientRefused: what the server does not do, it says.
func TestUclientRefused(t *testing.T) {
	t.Parallel()
	s := start(t)
	// DONT-FRAGMENT is not supported, which RFC 8656 section 7.2 allows.
	rows := everyWay(s.turn, "-y -g", refused("error 420 (Unknown Attribute)"))
	// -I leaves permissions out. A channel brings its own, a Send indication does not.
	rows = append(rows, everyWay(s.turn, "-y -c -s -I", nothingBack)...)
	runAll(t, rows)
}

// row is one run of turnutils_uclient.
type row struct {
	server    netip.AddrPort
	transport string
	user      []string
	flags     string
	want      verdict
}

// verdict says what is wrong with what the program wrote and its exit code, or
// nothing.
type verdict func(out string, code int) (fault string)

// everyWay is a row for each transport and each sort of user. With -W the program
// makes the password of a user with an end by itself, from the secret.
func everyWay(server netip.AddrPort, flags string, want verdict) (rows []row) {
	for _, transport := range []string{"udp", "tcp"} {
		rows = append(rows,
			row{server, transport, []string{"-u", staticUser, "-w", staticPassword}, flags, want},
			row{server, transport, []string{"-u", "alice", "-W", secret}, flags, want})
	}
	return rows
}

func (r row) args() []string {
	args := append(strings.Fields(r.flags), r.user...)
	if r.transport == "tcp" {
		args = append(args, "-t")
	}
	return append(args, "-p", strconv.Itoa(int(r.server.Port())), r.server.Addr().String())
}

// rowLimit is far above the 3 to 7 seconds a row takes, mostly waiting; -I waits
// ten more.
const rowLimit = 2 * time.Minute

// atOnce is how many rows run side by side. Each has up to four clients, and the
// server answers a hundred a second of one address that do not say who they are.
const atOnce = 16

// runAll runs rows side by side, since each of them mostly waits.
func runAll(t *testing.T, rows []row) {
	t.Helper()
	var all sync.WaitGroup
	places := make(chan struct{}, atOnce)
	for _, r := range rows {
		all.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			out, complaints, code := run(t, rowLimit, "turnutils_uclient", r.args()...)
			if fault := r.want(out+complaints, code); fault != "" {
				t.Errorf("turnutils_uclient %s: %s, exit code %d\n%s%s", strings.Join(r.args(), " "), fault, code, end(out), end(complaints))
			}
		})
	}
	all.Wait()
	t.Logf("%d runs", len(rows))
}

var totals = regexp.MustCompile(`start_mclient: tot_send_msgs=(\d+), tot_recv_msgs=(\d+)`)

// everythingBack: the exit code alone is a weak sign.
func everythingBack(out string, code int) string {
	m := totals.FindStringSubmatch(out)
	switch {
	case m == nil:
		return "it did not come to its end"
	case m[1] == "0" || m[1] != m[2]:
		return fmt.Sprintf("sent %s, received %s", m[1], m[2])
	case !strings.Contains(out, "Total lost packets 0 "):
		return "packets lost"
	case code != 0:
		return "nothing lost, but"
	}
	return ""
}

func nothingBack(out string, _ int) string {
	m := totals.FindStringSubmatch(out)
	switch {
	case m == nil:
		return "it did not come to its end"
	case m[1] == "0" || m[2] != "0":
		return fmt.Sprintf("sent %s, received %s, want none", m[1], m[2])
	}
	return ""
}

// refused: the server's answer ends the program.
func refused(words string) verdict {
	return func(out string, code int) string {
		if code != 255 || !strings.Contains(out, words) {
			return fmt.Sprintf("want %q and exit code 255", words)
		}
		return ""
	}
}
