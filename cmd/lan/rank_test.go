package lan

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// nic reads "name addr addr…"; a name in brackets is down.
func nic(text string) Interface {
	words := strings.Fields(text)
	name := strings.Trim(words[0], "[]")
	return Interface{Name: name, Up: name == words[0], Addrs: addrs(words[1:]...)}
}

func addrs(words ...string) (all []netip.Addr) {
	for _, w := range words {
		all = append(all, netip.MustParseAddr(w))
	}
	return all
}

const lo = "lo 127.0.0.1 ::1"

func TestRank(t *testing.T) {
	for _, row := range []struct {
		name   string
		nics   []string
		routed []netip.Addr
		want   string
	}{
		{"laptop", []string{lo, "wlan0 192.168.1.5 fe80::1%wlan0"}, addrs("192.168.1.5"), "192.168.1.5"},
		{"routed before the rest", []string{lo, "eth0 10.0.0.5", "eth1 192.168.1.5"}, addrs("192.168.1.5"), "192.168.1.5 10.0.0.5"},
		{"no route at all", []string{lo, "eth0 10.0.0.5", "eth1 192.168.1.5"}, nil, "10.0.0.5 192.168.1.5"},
		{"IPv4 before IPv6", []string{lo, "eth0 2001:db8::5 192.168.1.5"}, addrs("192.168.1.5", "2001:db8::5"), "192.168.1.5 2001:db8::5"},
		{"IPv6 alone", []string{lo, "eth0 2001:db8::5 fe80::1%eth0"}, addrs("2001:db8::5"), "2001:db8::5"},
		{"one IPv6 per interface", []string{lo, "eth0 2001:db8::5 2001:db8::6 fd00::7"}, nil, "2001:db8::5"},
		{"the routed IPv6", []string{lo, "eth0 2001:db8::5 2001:db8::6 192.168.1.5"}, addrs("2001:db8::6"), "2001:db8::6 192.168.1.5"},
		{"several IPv4", []string{lo, "eth0 10.0.0.5 10.0.0.6"}, addrs("10.0.0.6"), "10.0.0.6 10.0.0.5"},
		{"containers last", []string{lo, "docker0 172.17.0.1", "br-0a1b2c3d4e5f 172.18.0.1", "veth12 169.254.1.1", "eth0 192.168.1.5"},
			addrs("192.168.1.5"), "192.168.1.5 172.17.0.1 172.18.0.1"},
		{"VPN with the default route", []string{lo, "tun0 10.8.0.2", "wlan0 192.168.1.5"}, addrs("10.8.0.2"), "192.168.1.5 10.8.0.2"},
		{"VPN and containers", []string{lo, "docker0 172.17.0.1", "wg0 10.8.0.2"}, addrs("10.8.0.2"), "10.8.0.2 172.17.0.1"},
		{"only containers", []string{lo, "docker0 172.17.0.1"}, nil, "172.17.0.1"},
		{"bridge made by hand", []string{lo, "virbr0 192.168.122.1", "br0 192.168.1.5"}, nil, "192.168.1.5 192.168.122.1"},
		{"link-local left out", []string{lo, "eth0 169.254.7.7", "eth1 10.0.0.5"}, nil, "10.0.0.5"},
		{"nothing but link-local", []string{lo, "eth0 169.254.7.7 fe80::1%eth0"}, nil, "169.254.7.7"},
		{"link-local IPv6 has no URL", []string{lo, "eth0 fe80::1%eth0"}, nil, "127.0.0.1"},
		{"down", []string{lo, "[eth0] 192.168.1.5"}, nil, "127.0.0.1"},
		{"loopback alone", []string{lo}, addrs("127.0.0.1"), "127.0.0.1"},
		{"address put on lo", []string{"lo 127.0.0.1 192.0.2.9"}, nil, "192.0.2.9"},
		{"nothing", nil, nil, "127.0.0.1"},
		{"unspecified", []string{"eth0 0.0.0.0 :: 224.0.0.1"}, nil, "127.0.0.1"},
		{"mapped", []string{"eth0 ::ffff:192.168.1.5"}, addrs("192.168.1.5"), "192.168.1.5"},
		{"the same twice", []string{"eth0 192.168.1.5", "macvlan0 192.168.1.5"}, nil, "192.168.1.5"},
	} {
		t.Run(row.name, func(t *testing.T) {
			var nics []Interface
			for _, text := range row.nics {
				nics = append(nics, nic(text))
			}
			got := Rank(nics, row.routed)
			if text := strings.Trim(fmt.Sprint(got), "[]"); text != row.want {
				t.Errorf("got %s, want %s", text, row.want)
			}
		})
	}
}

// Whatever machine this runs on, something is found that can be printed.
func TestAddresses(t *testing.T) {
	got := Addresses()
	if len(got) == 0 {
		t.Fatal("none")
	}
	for _, addr := range got {
		if !addr.IsValid() || addr.IsUnspecified() || addr.Zone() != "" {
			t.Errorf("cannot print %v", addr)
		}
	}
	if slices.ContainsFunc(got, netip.Addr.IsLoopback) && len(got) > 1 {
		t.Errorf("loopback among others: %v", got)
	}
}

// The routes pick addresses that are on an interface of this machine.
func TestRoutedAddressesAreOurs(t *testing.T) {
	nics, err := Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, addr := range Routed() {
		if !slices.ContainsFunc(nics, func(nic Interface) bool {
			return slices.ContainsFunc(nic.Addrs, func(a netip.Addr) bool { return a.Unmap() == addr })
		}) {
			t.Errorf("%v is on no interface", addr)
		}
	}
}
