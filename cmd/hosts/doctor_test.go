//go:build hosts

package hosts

import (
	"encoding/json"
	"strings"
	"testing"

	"zerortc/cmd/finding"
)

// doctor is what the program finds on a host about the server, by check.
func (n *network) doctor(host string, args ...string) map[string]finding.Finding {
	n.t.Helper()
	out, _ := n.try(host, binary, append([]string{"doctor", "--json", "--state-dir", n.t.TempDir()}, args...)...)
	out, _, _ = strings.Cut(out, "\nzerortc: ") // the last word is on standard error
	var report struct{ Findings finding.List }
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		n.t.Fatalf("%v:\n%s", err, out)
	}
	found := map[string]finding.Finding{}
	for _, f := range report.Findings {
		found[f.Check] = f
	}
	return found
}

func want(t *testing.T, found map[string]finding.Finding, check string, verdict finding.Verdict, words string) {
	t.Helper()
	if f := found[check]; f.Verdict != verdict || !strings.Contains(f.What+" "+f.Remedy, words) {
		t.Errorf("%s: %+v, want %s, %q", check, f, verdict, words)
	}
}

// Another machine sees what the server's own cannot: whether the relay ports are open.
func TestDoctorFromAnotherMachine(t *testing.T) {
	n := newNetwork(t)
	n.serve()
	url := []string{"--url", "https://" + leftServer + ":9001"}
	found := n.doctor("left", url...)
	for check, f := range found {
		if f.Verdict != finding.OK && check != "certificate" {
			t.Errorf("%+v", f)
		}
	}
	want(t, found, "certificate", finding.Hint, "/trust")
	want(t, found, "relay-address", finding.OK, "reach a relay at "+leftServer)

	n.on("server", "nft", "table inet f { chain in { type filter hook input priority 0; policy accept; iif != lo udp dport 49152-65535 drop; }; }")
	want(t, n.doctor("left", url...), "relay-address", finding.Fault, "is not reached")
	n.on("server", "nft", "delete table inet f")

	n.firewall("left", "meta l4proto tcp accept")
	found = n.doctor("left", url...)
	want(t, found, "turn-udp", finding.Fault, "udp")
	want(t, found, "relay", finding.OK, "relay to relay")
	want(t, found, "relay-address", finding.Skipped, "without turn-udp")
}

// A public address that is another's is found from outside, and doubted inside.
func TestDoctorOfAWrongPublicAddress(t *testing.T) {
	n := newNetwork(t)
	wrong := []string{"--turn-public-ip", "203.0.113.9"}
	n.serve(wrong...)
	want(t, n.doctor("left", "--url", "https://"+leftServer+":9001"), "relay-address", finding.Fault, "turn.public-ip")
	found := n.doctor("server", wrong...)
	want(t, found, "hairpin", finding.Hint, "203.0.113.9")
	want(t, found, "relay", finding.OK, "relay to relay")
	want(t, found, "outside", finding.Skipped, "--url https://")
}
