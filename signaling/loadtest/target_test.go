package loadtest

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
)

func TestResolve(t *testing.T) {
	names := map[string][]string{
		"near":     {"192.168.1.7", "fd00::7"},
		"loop":     {"127.0.0.1"},
		"six":      {"::1"},
		"twice":    {"::1", "127.0.0.1"},
		"mapped":   {"::ffff:10.0.0.1"},
		"far":      {"192.0.2.1"},
		"both":     {"10.0.0.1", "192.0.2.1"}, // one address outside is enough
		"meta":     {"169.254.169.254"},
		"disguise": {"::ffff:192.0.2.1"},
		"shared":   {"100.64.0.1"},
		"all":      {"0.0.0.0"},
		"empty":    {},
	}
	look := func(_ context.Context, _, host string) (out []netip.Addr, err error) {
		addrs, known := names[host]
		if !known {
			return nil, errors.New("no such host")
		}
		for _, addr := range addrs {
			out = append(out, netip.MustParseAddr(addr))
		}
		return out, nil
	}
	const outside = "neither private nor loopback"
	for _, test := range []struct {
		url  string
		any  bool
		want string // the address, or a part of the error
	}{
		{"ws://near/ws", false, "192.168.1.7:80"},
		{"wss://near/ws", false, "192.168.1.7:443"},
		{"ws://loop:9001/ws", false, "127.0.0.1:9001"},
		{"ws://six:9001", false, "[::1]:9001"},
		{"ws://twice:9001", false, "127.0.0.1:9001"},
		{"ws://mapped:9001", false, "10.0.0.1:9001"},
		{"ws://far:9001", false, outside},
		{"ws://far:9001", true, "192.0.2.1:9001"},
		{"ws://both/", false, outside},
		{"ws://meta/", false, outside},
		{"ws://disguise/", false, outside},
		{"ws://shared/", false, outside},
		{"ws://all/", false, outside},
		{"ws://empty/", true, "has no address"},
		{"ws://nowhere/", true, "no such host"},
		{"http://near/", true, "not like ws://"},
		{"near:9001", true, "not like ws://"},
		{"ws:///ws", true, "not like ws://"},
		{"ws://near:99999/", true, "no port is called 99999"},
		{"ws://near:0x/", true, "invalid port"},
	} {
		got, err := resolve(t.Context(), test.url, test.any, look)
		switch {
		case err != nil && !strings.Contains(err.Error(), test.want):
			t.Errorf("%s: %v, want %s", test.url, err, test.want)
		case err == nil && got.addr.String() != test.want:
			t.Errorf("%s is at %v, want %s", test.url, got.addr, test.want)
		}
	}
}
