package doctor

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"

	"zerortc/cmd/finding"
	"zerortc/config"
)

// home is the machine of a fake server, whose ports are in its settings.
func home(f *fake) (Home, *visit) {
	f.t.Helper()
	f.turn.Listen = []string{freePort(f.t)}
	v := f.start()
	cfg := config.Config{TURN: f.turn, HTTP: config.HTTP{Listen: []string{v.URL.Host}}, TLS: config.TLS{Mode: config.TLSAuto}}
	return Home{Config: cfg, CA: f.ca.cert, Addrs: []netip.Addr{netip.MustParseAddr("127.0.0.1")}, Files: 1 << 20, FilesNeeded: 1000}, v
}

func TestAtHome(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.turn.PeersAllow = nil
	f.turn.MaxAllocations = config.Portion{Percent: 90}
	h, _ := home(f)
	h.Warnings = []string{"a doubt"}
	list := Local(t.Context(), h)
	if faults := list.Count(finding.Fault); faults != 0 {
		t.Errorf("%d faults: %+v", faults, list)
	}
	for check, want := range map[string]string{
		"relay-range": "7372 relayed calls", "descriptors": "1048576 files", "http.listen": "is reached over tcp",
		"turn.listen": "is reached over", "certificate": "the CA of the state folder", "relay": "relay to relay",
	} {
		if got := byName(t, list, check); got.Verdict != finding.OK || !strings.Contains(got.What, want) {
			t.Errorf("%+v, want %q", got, want)
		}
	}
	if list[1].Verdict != finding.Hint || list[1].What != "a doubt" {
		t.Errorf("the warning is %+v", list[1])
	}
}

// A listener of two that nobody answers is told, and the other one visited.
func TestOneListenerIsNotReached(t *testing.T) {
	t.Parallel()
	h, v := home(newFake(t))
	h.Config.HTTP.Listen = []string{closedPort(t), v.URL.Host}
	h.Config.TURN.Listen = append(h.Config.TURN.Listen, silent(t, "udp"))
	list := Local(t.Context(), h)
	if got := byName(t, list, "http.listen"); got.Verdict != finding.Fault || !strings.Contains(got.What, "nothing listens") {
		t.Errorf("%+v", got)
	}
	if got := byName(t, list, "page"); got.Verdict != finding.OK {
		t.Errorf("%+v", got)
	}
	told := ""
	for _, f := range list {
		if f.Check == "turn.listen" && f.Verdict == finding.Fault {
			told += f.What + "\n"
		}
	}
	if !strings.Contains(told, "no answer") || !strings.Contains(told, "over udp") || !strings.Contains(told, "over tcp") {
		t.Errorf("turn.listen: %s", told)
	}
}

func TestNoServer(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	free := freePort(t)
	for _, row := range []struct{ name, http, turn, what, remedy string }{
		{"ports free", freePort(t), free, "no server runs here", "zerortc serve"},
		{"UDP taken", free, silent(t, "udp"), "none could start: turn.listen", "--turn-listen"},
		{"no address of ours", free, "192.0.2.99:5", "none could start: turn.listen", "address of this machine"},
		{"port 0", "127.0.0.1:0", free, "port 0 of http.listen", "--url"},
	} {
		t.Run(row.name, func(t *testing.T) {
			h := Home{Config: config.Config{HTTP: config.HTTP{Listen: []string{row.http}}, TURN: config.TURN{Listen: []string{row.turn}}}}
			list := Local(t.Context(), h)
			got := list[len(list)-1]
			if got.Check != "server" || got.Verdict != finding.Fault || !strings.Contains(got.What, row.what) || !strings.Contains(got.Remedy, row.remedy) {
				t.Errorf("%+v", got)
			}
			if byName(t, list, "settings").Verdict != finding.OK {
				t.Errorf("%+v", list)
			}
		})
	}
	t.Run("held by another program", func(t *testing.T) {
		h := Home{Config: config.Config{HTTP: config.HTTP{Listen: []string{taken.Addr().String()}}, TURN: config.TURN{Listen: []string{free}}}}
		begin := time.Now()
		list := Local(t.Context(), h)
		if got := byName(t, list, "page"); got.Verdict != finding.Fault {
			t.Errorf("%+v", got)
		}
		if took := time.Since(begin); took > 15*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

// Who is not root may not have every port.
func TestPortNotAllowed(t *testing.T) {
	got := listener{setting: "http.listen", address: ":443"}.notFree(fmt.Errorf("listen: %w", syscall.EACCES))
	if got.Verdict != finding.Fault || !strings.Contains(got.What, "http.listen :443") || !strings.Contains(got.Remedy, "CAP_NET_BIND_SERVICE") || !strings.Contains(got.Remedy, "--http-listen") {
		t.Errorf("%+v", got)
	}
}

func TestUnreadable(t *testing.T) {
	list := Unreadable(config.Faults{{Where: "z.yaml:3:1", What: "unknown setting", Remedy: "correct the spelling"}, {What: "worse"}})
	if list.Count(finding.Fault) != 2 || list[0].What != "z.yaml:3:1: unknown setting" || list[0].Remedy != "correct the spelling" || list[1].Remedy == "" {
		t.Errorf("%+v", list)
	}
}

func TestReachedBy(t *testing.T) {
	h := Home{Addrs: []netip.Addr{netip.MustParseAddr("192.0.2.7"), netip.MustParseAddr("2001:db8::7")}}
	for address, want := range map[string]string{
		":9001": "192.0.2.7:9001 [2001:db8::7]:9001", "[::]:9001": "192.0.2.7:9001 [2001:db8::7]:9001", "0.0.0.0:9001": "192.0.2.7:9001",
		"192.0.2.9:1": "192.0.2.9:1", "localhost:1": "localhost:1",
	} {
		if got := strings.Join(h.reachedBy(address), " "); got != want {
			t.Errorf("%s: %s", address, got)
		}
	}
}

func TestHairpin(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	h, _ := home(f)
	for text, want := range map[string]finding.Verdict{"127.0.0.1": finding.OK, "192.0.2.77": finding.Hint} {
		h.Config.TURN.PublicIPs = []config.PublicIP{{External: netip.MustParseAddr(text)}}
		list, _ := h.reach(t.Context())
		if got := byName(t, list, "hairpin"); got.Verdict != want || !strings.Contains(got.What, text) {
			t.Errorf("%+v", got)
		}
	}
	h.Config.TURN.PublicIPs = []config.PublicIP{{Name: "nowhere.invalid"}}
	list, _ := h.reach(t.Context())
	if got := byName(t, list, "hairpin"); got.Verdict != finding.Hint {
		t.Errorf("%+v", got)
	}
}

func TestLimits(t *testing.T) {
	ports := func(n uint16) config.TURN {
		return config.TURN{RelayPorts: config.PortRange{Min: 50000, Max: 49999 + n}}
	}
	half := ports(200)
	half.MaxAllocations = config.Portion{Percent: 25}
	for _, row := range []struct {
		got     finding.Finding
		verdict finding.Verdict
		what    string
	}{
		{relayRange(ports(1)), finding.Fault, "1 relay at a time"},
		{relayRange(ports(2)), finding.Hint, "1 relayed calls"},
		{relayRange(ports(100)), finding.OK, "50 relayed calls"},
		{relayRange(half), finding.Hint, "25 relayed calls"},
		{fileLimit(0, 10), finding.Skipped, "not known"},
		{fileLimit(100, 10), finding.Fault, "100 files"},
		{fileLimit(1024, 26000), finding.Hint, "would take 26000"},
		{fileLimit(12999, 26000), finding.Hint, "would take 26000"},
		{fileLimit(13000, 26000), finding.OK, "would take 26000"},
		{fileLimit(30000, 26000), finding.OK, "30000 files"},
		{udpBuffers(0), finding.Skipped, "not known"},
		{udpBuffers(212992), finding.Hint, "208 KiB"},
		{udpBuffers(4 << 20), finding.OK, "4096 KiB"},
	} {
		if row.got.Verdict != row.verdict || !strings.Contains(row.got.What, row.what) || row.verdict == finding.Fault && row.got.Remedy == "" {
			t.Errorf("%+v, want %s, %s", row.got, row.verdict, row.what)
		}
	}
	if mostBuffered() < 0 {
		t.Error("less than nothing")
	}
}
