//go:build hosts

package hosts

import (
	"bufio"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Each caller is sent to the address it came by, and relayed there. The machine
// has no default route and no DNS.
func TestEachNetworkByItsOwnAddress(t *testing.T) {
	n := newNetwork(t)
	banner := n.serve()
	for _, address := range []string{leftServer, rightServer} {
		if !strings.Contains(banner, "https://"+address+":9001/") {
			t.Errorf("the banner lacks %s:\n%s", address, banner)
		}
	}
	for host, server := range map[string]string{"left": leftServer, "right": rightServer} {
		urls, err := n.run(host, "ice", "http://"+server+":9001/api/ice")
		for _, url := range strings.Fields(urls) {
			if !strings.Contains(url, ":"+server+":") {
				t.Errorf("%s is sent to %s", host, url)
			}
		}
		if err != nil || urls == "" {
			t.Errorf("%s: %v, %s", host, err, urls)
		}
		for _, network := range []string{"udp", "tcp", "tls"} {
			at, err := n.run(host, "relay", network, server+":3478", "http://"+server+":9001/api/ice")
			if err != nil || at != server {
				t.Errorf("%s by %s is relayed at %s, %v", host, network, at, err)
			}
		}
	}
}

// firewall lets a host send only what the rules accept.
func (n *network) firewall(host string, accept ...string) {
	n.t.Helper()
	rules := "table inet f { chain out { type filter hook output priority 0; policy drop; oif lo accept; meta l4proto ipv6-icmp accept; " +
		strings.Join(accept, "; ") + "; }; }"
	n.on(host, "nft", rules)
}

func TestUDPBlocked(t *testing.T) {
	n := newNetwork(t)
	n.serve()
	n.firewall("left", "meta l4proto tcp accept")
	if at, err := n.run("left", "relay", "udp", leftServer+":3478", "http://"+leftServer+":9001/api/ice"); err == nil {
		t.Errorf("relayed at %s: UDP is not blocked, and this test means nothing", at)
	}
	for _, network := range []string{"tcp", "tls"} {
		if _, err := n.run("left", "relay", network, leftServer+":3478", "http://"+leftServer+":9001/api/ice"); err != nil {
			t.Errorf("by %s: %v", network, err)
		}
	}
}

// One hole in the firewall is enough for the page, signaling, ICE and TURN.
func TestOnlyTheOnePortOpen(t *testing.T) {
	n := newNetwork(t)
	n.serve()
	n.firewall("left", "tcp dport 9001 accept")
	_, ca := n.authority("left", leftServer)
	page := n.on("left", "curl", "-sf", "--cacert", ca, "https://"+leftServer+":9001/")
	if !strings.Contains(page, "<html") {
		t.Errorf("the page is %q", page)
	}
	if to := n.on("left", "curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", "http://"+leftServer+":9001/room/a"); to !=
		"308 https://"+leftServer+":9001/room/a" {
		t.Errorf("the plain page leads to %s", to)
	}
	upgrade := n.on("left", "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "2", "--cacert", ca, "--http1.1",
		"-H", "Connection: Upgrade", "-H", "Upgrade: websocket", "-H", "Sec-WebSocket-Version: 13", "-H", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
		"-H", "Origin: https://"+leftServer+":9001", "https://"+leftServer+":9001/healthz?", "--next",
		"-s", "--cacert", ca, "https://"+leftServer+":9001/healthz")
	if !strings.HasPrefix(upgrade, "101") {
		t.Errorf("the socket answers %s", upgrade)
	}
	for _, network := range []string{"tcp", "tls"} {
		at, err := n.run("left", "relay", network, leftServer+":9001", "https://"+leftServer+":9001/api/ice")
		if err != nil || at != leftServer {
			t.Errorf("TURN by %s on the page's port: %s, %v", network, at, err)
		}
	}
	if _, err := n.run("left", "relay", "tcp", leftServer+":3478", "https://"+leftServer+":9001/api/ice"); err == nil {
		t.Error("another port is open, and this test means nothing")
	}
}

// An address that comes while the server runs is in the certificate of the next
// handshake; connections from before live on.
func TestAnAddressThatComesLater(t *testing.T) {
	n := newNetwork(t)
	n.serve()
	_, ca := n.authority("left", leftServer)
	old := exec.Command("ip", "netns", "exec", n.name("left"), "openssl", "s_client", "-quiet", "-CAfile", ca, "-verify_return_error",
		"-connect", leftServer+":9001")
	in, err := old.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := old.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := old.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = old.Process.Kill(); _ = old.Wait() })
	_, _ = in.Write([]byte("GET /healthz HTTP/1.1\r\nHost: " + leftServer + "\r\n"))

	n.on("server", "ip", "addr", "add", "10.77.1.9/24", "dev", "left")
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		said, err := n.try("left", "curl", "-sf", "--cacert", ca, "https://10.77.1.9:9001/healthz")
		if err == nil && said == "ok\n" {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("the new address is not trusted: %v %s", err, said)
		}
	}
	if at, err := n.run("left", "relay", "udp", "10.77.1.9:3478", "http://10.77.1.9:9001/api/ice"); err != nil || at != "10.77.1.9" {
		t.Errorf("relayed at %s, %v", at, err)
	}
	_, _ = in.Write([]byte("\r\n"))
	if status, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.Contains(status, "200") {
		t.Errorf("the old connection: %q, %v", status, err)
	}
}
