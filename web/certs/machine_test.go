package certs

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestIdentify(t *testing.T) {
	const (
		always = "localhost"
		loops  = "127.0.0.1 ::1"
		vm     = "localhost vm vm.home.arpa vm.internal vm.lan vm.local"
	)
	var none Permitted
	for _, row := range []struct {
		name                string
		made                string // where the CA was made
		permit              Permitted
		host, addrs         string
		names, ips, leftOut string
	}{
		{"home", "vm", none, "vm", "192.168.1.5 fd00::2", vm, "127.0.0.1 192.168.1.5 ::1 fd00::2", ""},
		{"nothing but itself", "vm", none, "", "", always, loops, ""},
		{"spelled otherwise", "vm", none, "VM.", "::ffff:10.0.0.5 fe80::1%eth0", vm, "10.0.0.5 127.0.0.1 ::1 fe80::1", ""},
		{"twice", "vm", none, "vm", "10.0.0.5 127.0.0.1 10.0.0.5", vm, "10.0.0.5 127.0.0.1 ::1", ""},
		{"public address", "vm", none, "vm", "192.0.2.2 10.0.0.5", vm, "10.0.0.5 127.0.0.1 ::1", "192.0.2.2"},
		{"renamed since", "vm", none, "nas", "", "localhost nas.home.arpa nas.internal nas.lan nas.local", loops, "nas"},
		{"full name", "vm.corp.example.org", none, "vm.corp.example.org", "",
			vm + " vm.corp.example.org", loops, ""},
		{"named by mDNS", "vm.local", none, "vm.local", "", vm, loops, ""},
		{"named like a public suffix", "dev", none, "dev", "",
			"dev.home.arpa dev.internal dev.lan dev.local localhost", loops, "dev"},
		{"no host name", "my_host", none, "my_host", "", always, loops, "my_host"},
		{"localhost", "localhost", none, "localhost", "", always, loops, ""},
		{"a name added", "vm", Permitted{Names: []string{"Corp.Example.org"}}, "vm", "",
			vm + " corp.example.org vm.corp.example.org", loops, ""},
		{"a name added, on a machine without one", "localhost", Permitted{Names: []string{"fritz.box"}}, "localhost", "",
			"fritz.box localhost", loops, ""},
		{"its network added", "vm", Permitted{Prefixes: prefixes("192.0.2.0/24")}, "vm", "192.0.2.2 198.51.100.7", vm,
			"127.0.0.1 192.0.2.2 ::1", "198.51.100.7"},
		{"an address added", "vm", Permitted{Prefixes: prefixes("192.0.2.9/32", "2001:db8::9/128")}, "vm", "", vm,
			"127.0.0.1 192.0.2.9 ::1 2001:db8::9", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := must(permittedFor(row.made, row.permit))(t)
			id, left := p.identify(Machine{row.host, addrs(strings.Fields(row.addrs)...)}, row.permit)
			if got := words(id.names); got != sorted(row.names) {
				t.Errorf("names %q, want %q", got, sorted(row.names))
			}
			if got := words(id.addrs); got != row.ips {
				t.Errorf("addresses %q, want %q", got, row.ips)
			}
			var out []string
			for _, o := range left {
				out = append(out, o.What)
				if o.Why == "" {
					t.Errorf("%s without a reason", o.What)
				}
			}
			if words(out) != row.leftOut {
				t.Errorf("left out %q, want %q", out, row.leftOut)
			}
		})
	}
}

func sorted(text string) string {
	return strings.Join(slices.Sorted(slices.Values(strings.Fields(text))), " ")
}

func words[T any](all []T) string { return strings.Trim(fmt.Sprint(all), "[]") }
