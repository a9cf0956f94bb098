package doctor

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"

	"zerortc/cmd/finding"
	"zerortc/cmd/mdns"
)

func TestLocalName(t *testing.T) {
	own, other := netip.MustParseAddr("192.0.2.7"), netip.MustParseAddr("192.0.2.8")
	for _, row := range []struct {
		name, nameless string
		found          []netip.Addr
		err            error
		verdict        finding.Verdict
		words          string
	}{
		{"box.local", "", []netip.Addr{own}, nil, finding.OK, "leads to 192.0.2.7"},
		{"box.local", "", []netip.Addr{other, own}, nil, finding.OK, "box.local"},
		{"box.local", "", []netip.Addr{other}, nil, finding.Hint, "another machine, at 192.0.2.8"},
		{"box.local", "", nil, errors.New("silence"), finding.Hint, "udp 5353"},
		{"box.local", "", nil, mdns.ErrNoLink, finding.Skipped, "there is none here"},
		{"", "http.mdns is off", nil, nil, finding.Skipped, "http.mdns is off"},
	} {
		h := Home{Addrs: []netip.Addr{own}, Name: row.name, Nameless: row.nameless,
			Ask: func(context.Context, string) ([]netip.Addr, error) { return row.found, row.err }}
		list := h.localName(t.Context())
		if len(list) != 1 || list[0].Verdict != row.verdict || !strings.Contains(list[0].What+list[0].Remedy, row.words) {
			t.Errorf("%+v, want %s, %s", list, row.verdict, row.words)
		}
	}
	if list := (Home{}).localName(t.Context()); list != nil {
		t.Errorf("%+v", list)
	}
}
