//go:build foreign

package foreign

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// capture is a tshark that reads along on loopback and tells of each packet at once.
type capture struct {
	t      *testing.T
	server netip.AddrPort
	cmd    *exec.Cmd
	said   *lines // complaints
	lines  chan string
}

// The fields that tshark prints of each packet. Where a packet has several messages
// a field has several values, with commas between.
var fields = []string{
	"udp.srcport", "tcp.srcport",
	"stun.type", "stun.id", "stun.channel", "stun.att.crc32.status",
	// Faults: empty unless there is one.
	"_ws.malformed", "stun.short_packet", "stun.wrong_msglen", "stun.long_attribute", "stun.unknown_attribute", "stun.att.crc32.bad",
}

const firstFault = 6

// packet is what tshark says of one.
type packet struct {
	ours         bool     // sent by the server
	tcp          bool     // else UDP
	kinds, ids   []string // of its STUN messages
	channels     int      // ChannelData messages
	fingerprints int
	fault        string
}

// captureStarts is how long tshark may take until it sees a packet.
const captureStarts = 30 * time.Second

// startCapture returns once tshark sees what goes to the server.
func startCapture(t *testing.T, server netip.AddrPort) *capture {
	t.Helper()
	port := server.Port()
	args := []string{"-l", "-i", "lo", "-B", "16", "-f", fmt.Sprintf("port %d", port),
		"-d", fmt.Sprintf("udp.port==%d,stun", port), "-d", fmt.Sprintf("tcp.port==%d,stun", port), "-T", "fields"}
	for _, field := range fields {
		args = append(args, "-e", field)
	}
	c := &capture{t: t, server: server, cmd: exec.Command("tshark", args...), said: &lines{}, lines: make(chan string, 1<<16)}
	c.cmd.Stderr = c.said
	stdout, err := c.cmd.StdoutPipe()
	must(t, err)
	if err := c.cmd.Start(); err != nil {
		t.Fatalf("starting tshark: %v; .ci/install-interop installs it", err)
	}
	t.Cleanup(func() { _ = c.cmd.Process.Kill(); _ = c.cmd.Wait() })
	go c.read(stdout)
	c.untilSeen("capture-from")
	return c
}

func (c *capture) read(stdout io.Reader) {
	defer close(c.lines)
	for scanner := bufio.NewScanner(stdout); scanner.Scan(); {
		c.lines <- scanner.Text()
	}
}

// stop ends the capture once tshark has seen all there was, and returns that.
func (c *capture) stop() []packet {
	c.t.Helper()
	all := c.untilSeen("capture-till")
	_ = c.cmd.Process.Signal(syscall.SIGINT)
	for range c.lines { // up to its end
	}
	_ = c.cmd.Wait() // it has a code of its own for being interrupted
	if strings.Contains(c.said.String(), "dropped") {
		c.t.Errorf("tshark: %s", c.said)
	}
	return all
}

// untilSeen sends Binding requests with the transaction id until tshark tells of one
// of them, and returns the packets before that.
func (c *capture) untilSeen(id string) (before []packet) {
	c.t.Helper()
	conn, err := net.Dial("udp", c.server.String())
	must(c.t, err)
	defer conn.Close()
	// RFC 8489 section 5: type, length, magic cookie, id.
	mark := append([]byte{0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42}, id...)
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	late := time.After(captureStarts)
	for {
		select {
		case line, ok := <-c.lines:
			if !ok {
				c.t.Fatalf("tshark ended: %s%s", c.said, captureRights)
			}
			if strings.Contains(line, hex.EncodeToString([]byte(id))) {
				return before
			}
			before = append(before, parsePacket(c.t, line, c.server.Port()))
		case <-again.C:
			_, _ = conn.Write(mark)
		case <-late:
			c.t.Fatalf("tshark sees nothing: %s%s", c.said, captureRights)
		}
	}
}

const captureRights = `
Capturing takes the right to do so. Root has it; others get it by "setcap
cap_net_raw,cap_net_admin+eip" on dumpcap, or by "dpkg-reconfigure wireshark-common"
and the group wireshark.`

// parsePacket reads the fields of a packet, which tabs part.
func parsePacket(t *testing.T, line string, port uint16) packet {
	t.Helper()
	f := strings.Split(line, "\t")
	if len(f) != len(fields) {
		t.Fatalf("tshark printed %d fields, want %d: %q", len(f), len(fields), line)
	}
	p := packet{
		ours:         f[0]+f[1] == fmt.Sprint(port),
		tcp:          f[1] != "",
		kinds:        values(f[2]),
		ids:          values(f[3]),
		channels:     len(values(f[4])),
		fingerprints: len(values(f[5])),
	}
	if len(p.kinds) != len(p.ids) {
		p.fault = "types and transaction ids that do not pair"
	}
	for i, value := range f[firstFault:] {
		if value != "" {
			p.fault += " " + fields[firstFault+i] + ": " + value
		}
	}
	return p
}

func values(field string) []string {
	if field == "" {
		return nil
	}
	return strings.Split(field, ",")
}
