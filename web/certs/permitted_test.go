package certs

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
)

func prefixes(words ...string) (all []netip.Prefix) {
	for _, w := range words {
		all = append(all, netip.MustParsePrefix(w))
	}
	return all
}

func TestPermittedNames(t *testing.T) {
	for _, row := range []struct {
		host  string
		extra []string
		want  string // beside what is local
	}{
		{"vm", nil, "vm"},
		{"VM.", nil, "vm"},
		{"vm.corp.example.org", nil, "vm.corp.example.org vm"},
		{"vm.local", nil, "vm"},
		{"localhost", nil, ""},
		{"dev", nil, ""}, // strangers' machines are called so, too
		{"app.corp.example.org", nil, "app.corp.example.org"},
		{"my_host", nil, ""},
		{"", nil, ""},
		{"vm", []string{"Corp.Example.org", "fritz.box"}, "vm corp.example.org fritz.box"},
		{"vm", []string{"vm.lan", "vm", "x.vm"}, "vm"},
	} {
		p, err := permittedFor(row.host, Permitted{Names: row.extra})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(p.Names[len(local().Names):], " "); got != row.want {
			t.Errorf("%q and %q: got %q, want %q", row.host, row.extra, got, row.want)
		}
	}
}

func TestPermittedAddresses(t *testing.T) {
	p := must(permittedFor("vm", Permitted{Prefixes: prefixes("192.0.2.7/24", "2001:db8:5::1/48")}))(t)
	for text, want := range map[string]bool{
		"10.0.0.1": true, "10.255.255.255": true, "11.0.0.1": false,
		"172.16.0.1": true, "172.31.255.1": true, "172.32.0.1": false, "172.15.0.1": false,
		"192.168.1.5": true, "192.169.0.1": false,
		"100.64.0.1": true, "100.127.1.1": true, "100.128.0.1": false,
		"127.0.0.1": true, "127.1.2.3": true, "169.254.7.7": true,
		"fd00::2": true, "fc00::1": true, "fe80::1": true, "fec0::1": false, "::1": true, "::2": false,
		"8.8.8.8": false, "2001:db8::1": false, "::": false, "0.0.0.0": false,
		"192.0.2.2": true, "2001:db8:5:1::1": true, // added
	} {
		if got := p.hasAddr(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestTooMuchIsNotPermitted(t *testing.T) {
	for _, p := range []Permitted{
		{Names: []string{"com"}},
		{Names: []string{"co.uk"}},
		{Names: []string{"*.example.org"}},
		{Names: []string{".example.org"}},
		{Names: []string{""}},
		{Prefixes: prefixes("0.0.0.0/0")},
		{Prefixes: prefixes("96.0.0.0/7")},
		{Prefixes: prefixes("::/0")},
		{Prefixes: prefixes("2000::/3")},
		{Prefixes: prefixes("::ffff:192.0.2.0/120")},
		{Prefixes: []netip.Prefix{{}}},
	} {
		if err := p.Check(); err == nil {
			t.Errorf("%v passes", p)
		}
		if _, err := NewCA("vm", p, today); err == nil {
			t.Errorf("there is a CA for %v", p)
		}
	}
	if err := (Permitted{Names: []string{"corp.example.org"}, Prefixes: prefixes("9.0.0.0/8", "2001::/16")}).Check(); err != nil {
		t.Error(err)
	}
}

func TestWithout(t *testing.T) {
	has := Permitted{[]string{"lan", "corp.example.org"}, prefixes("10.0.0.0/8", "fc00::/7")}
	names, nets := Permitted{
		[]string{"A.lan", "example.org", "b.corp.example.org"},
		prefixes("10.1.0.0/16", "192.0.2.1/24", "fd00::/8", "8.0.0.0/7"),
	}.without(has)
	if !slices.Equal(names, []string{"example.org"}) || !slices.Equal(nets, prefixes("192.0.2.0/24", "8.0.0.0/7")) {
		t.Errorf("%v %v", names, nets)
	}
}
