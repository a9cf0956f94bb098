package interop

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"zerortc/config"
)

// user is what a foreign client logs in with, as flags of turnutils_uclient.
type user []string

func static(name, password string) user { return user{"-u", name, "-w", password} }

var lqf = static("lqf", "123456")

// TestUclient runs coturn's client through the flags that change what it sends.
// -y relays from client to client, so that every packet passes two relays.
func TestUclient(t *testing.T) {
	t.Parallel()
	server, book := start(t, nil)
	name, password := book.Mint("alice", time.Now().Add(time.Hour))
	minted := static(name, password)
	shared := user{"-u", "alice", "-W", secret} // it mints by itself

	var rows []row
	for _, transport := range []string{"udp", "tcp"} {
		for _, flags := range []string{
			"-y -c",         // channels
			"-y",            // and an RTCP port beside: EVEN-PORT and RESERVATION-TOKEN
			"-y -c -s",      // Send indications
			"-y -c -G",      // more permissions and channels than needed
			"-y -c -D",      // ChannelData padded, also over UDP
			"-y -c -l 1400", // large packets
			"-y -c -X",      // REQUESTED-ADDRESS-FAMILY says IPv4
			"-y -c -B",      // some clients vanish
		} {
			rows = append(rows, row{transport, flags, lqf, server})
		}
		rows = append(rows, row{transport, "-y", minted, server}, row{transport, "-y -s", shared, server})
	}
	runAll(t, rows)
}

// TestUclientToAPeer relays to a socket that is not ours and answers.
func TestUclientToAPeer(t *testing.T) {
	t.Parallel()
	server, _ := start(t, nil)
	peer := echo(t)
	flags := fmt.Sprintf("-c -e %s -r %d", peer.Addr(), peer.Port())
	runAll(t, []row{{"udp", flags, lqf, server}, {"tcp", flags, lqf, server}, {"udp", flags + " -s", lqf, server}})
}

// TestUclientBetweenRelays: with no rule at all two clients of ours reach one
// another, though loopback as such is closed.
func TestUclientBetweenRelays(t *testing.T) {
	t.Parallel()
	server, _ := start(t, func(cfg *config.TURN) { cfg.PeersAllow = nil })
	runAll(t, []row{{"udp", "-y -c", lqf, server}, {"tcp", "-y -c -s", lqf, server}})
	peer := echo(t)
	for _, transport := range []string{"udp", "tcp"} {
		r := row{transport, fmt.Sprintf("-c -e %s -r %d", peer.Addr(), peer.Port()), lqf, server}
		if out, rc := r.run(t); rc != 255 || !strings.Contains(out, "403") {
			t.Errorf("%v: rc %d\n%s", r, rc, out)
		}
	}
}

// TestUclientEverywhere: one wildcard socket answers from the address it was
// asked on, on IPv4 and IPv6; the client's socket would not see anything else.
func TestUclientEverywhere(t *testing.T) {
	t.Parallel()
	server, _ := start(t, func(cfg *config.TURN) { cfg.Listen = []string{":0"} })
	at := func(host string) netip.AddrPort {
		return netip.AddrPortFrom(netip.MustParseAddr(host), server.Port())
	}
	runAll(t, []row{
		{"udp", "-y -c", lqf, at("127.0.0.1")},
		{"tcp", "-y -c", lqf, at("127.0.0.1")},
		{"udp", "-y -c", lqf, at("127.0.0.2")},
		{"tcp", "-y -c", lqf, at("127.0.0.2")},
		{"udp", "-y -c -x", lqf, at("::1")},
		{"tcp", "-y -c -x -s", lqf, at("::1")},
	})
}

// TestUclientRefused: who may not in gets an end with exit code 255 and no
// packet through.
func TestUclientRefused(t *testing.T) {
	t.Parallel()
	server, book := start(t, nil)
	expired, password := book.Mint("alice", time.Now().Add(-time.Minute))
	_, foreign := book.Mint("bob", time.Now().Add(time.Hour))
	for name, u := range map[string]user{
		"wrong password":       static("lqf", "1234567"),
		"unknown user":         static("eve", "123456"),
		"expired":              static(expired, password),
		"password of another":  static("9999999999:alice", foreign),
		"secret of another":    {"-u", "alice", "-W", secret + "x"},
		"no password":          static("lqf", ""),
		"no time in the name":  static("alice", "123456"),
		"time beyond all time": static("99999999999999999999", foreign),
	} {
		for _, transport := range []string{"udp", "tcp"} {
			r := row{transport, "-y -c", u, server}
			out, rc := r.run(t)
			if rc != 255 || !strings.Contains(out, "Cannot complete Allocation") || strings.Contains(out, "Total lost") {
				t.Errorf("%s over %s: rc %d\n%s", name, transport, rc, out)
			}
		}
	}
}

// TestStunclient: coturn's STUN client sees the address it has.
func TestStunclient(t *testing.T) {
	server, _ := start(t, func(cfg *config.TURN) { cfg.Listen = []string{":0"} })
	for _, host := range []string{"127.0.0.1", "127.0.0.2", "::1"} {
		out, rc := command(t, "turnutils_stunclient", "-p", strconv.Itoa(int(server.Port())), host)
		if rc != 0 || !strings.Contains(out, "UDP reflexive addr: ") {
			t.Errorf("%s: rc %d\n%s", host, rc, out)
		}
	}
}

// row is one run of turnutils_uclient.
type row struct {
	transport string
	flags     string
	user      user
	server    netip.AddrPort
}

func (r row) String() string {
	return fmt.Sprintf("%s %s %s %s", r.transport, r.flags, r.user[1], r.server)
}

func (r row) run(t *testing.T) (string, int) {
	t.Helper()
	args := append(strings.Fields(r.flags), r.user...)
	if r.transport == "tcp" {
		args = append(args, "-t")
	}
	args = append(args, "-n", "3", "-p", strconv.Itoa(int(r.server.Port())), r.server.Addr().String())
	return command(t, "turnutils_uclient", args...)
}

// runAll runs the rows at once, since each of them mostly waits, and wants every
// packet of each back.
func runAll(t *testing.T, rows []row) {
	t.Helper()
	var all sync.WaitGroup
	for _, r := range rows {
		all.Go(func() {
			out, rc := r.run(t)
			if fault := lost(out); fault != "" || rc != 0 {
				t.Errorf("%v: %s, rc %d\n%s", r, fault, rc, out)
			}
		})
	}
	all.Wait()
}

var totals = regexp.MustCompile(`start_mclient: tot_send_msgs=(\d+), tot_recv_msgs=(\d+)`)

// lost says what is wrong with a run. The exit code alone is a weak sign.
func lost(out string) string {
	m := totals.FindStringSubmatch(out)
	switch {
	case m == nil:
		return "it did not come to its end"
	case m[1] == "0" || m[1] != m[2]:
		return fmt.Sprintf("sent %s, received %s", m[1], m[2])
	case !strings.Contains(out, "Total lost packets 0 "):
		return "packets lost"
	}
	return ""
}

// command runs a foreign program and returns what it said and its exit code.
func command(t *testing.T, name string, args ...string) (string, int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	var exit *exec.ExitError
	switch {
	case errors.Is(err, exec.ErrNotFound):
		t.Errorf("%s is missing: run .ci/install", name)
		return "", -1
	case ctx.Err() != nil:
		t.Errorf("%s %s does not end", name, args)
		return string(out), -1
	case errors.As(err, &exit):
		return string(out), exit.ExitCode()
	case err != nil:
		t.Errorf("running %s: %v", name, err)
		return "", -1
	}
	return string(out), 0
}

// echo is a peer that sends back what it gets.
func echo(t *testing.T) netip.AddrPort {
	t.Helper()
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	must(t, err)
	t.Cleanup(func() { conn.Close() })
	go func() {
		buf := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			conn.WriteToUDPAddrPort(buf[:n], from)
		}
	}()
	return conn.LocalAddr().(*net.UDPAddr).AddrPort()
}
