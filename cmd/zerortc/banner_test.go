package main

import (
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"zerortc/cmd/terminal"
	"zerortc/config"
)

func at(texts ...string) (all []netip.AddrPort) {
	for _, text := range texts {
		all = append(all, netip.MustParseAddrPort(text))
	}
	return all
}

func always(string) bool { return true }

// only covers these hosts.
func only(hosts ...string) func(string) bool {
	return func(host string) bool { return slices.Contains(hosts, host) }
}

func TestBanner(t *testing.T) {
	one := []netip.Addr{netip.MustParseAddr("192.0.2.2")}
	both := append(one, netip.MustParseAddr("2001:db8::2"))
	relays := config.PortRange{Min: 49152, Max: 65535}
	for _, row := range []struct {
		name   string
		banner banner
		want   string
	}{
		{"the usual", banner{pages: at("[::]:9001"), turn: at("[::]:3478"), lan: one, relays: relays}, `
  page       http://192.0.2.2:9001/
  page       http://localhost:9001/
  signaling  ws://192.0.2.2:9001/ws
  ice        http://192.0.2.2:9001/api/ice
  turn       turn:192.0.2.2:3478?transport=udp
  turn       turn:192.0.2.2:3478?transport=tcp
  peers      any
  firewall   tcp 9001, tcp+udp 3478, udp 49152-65535
`},
		{"with TLS", banner{pages: at("[::]:9001"), turn: at("[::]:3478"), lan: one, relays: relays, tls: true, plain: true, covers: always, trust: "AB:CD"}, `
  page       https://192.0.2.2:9001/
  page       http://localhost:9001/
  signaling  wss://192.0.2.2:9001/ws
  signaling  ws://192.0.2.2:9001/ws
  ice        https://192.0.2.2:9001/api/ice
  ice        http://192.0.2.2:9001/api/ice
  turn       turn:192.0.2.2:3478?transport=udp
  turn       turn:192.0.2.2:3478?transport=tcp
  turn       turns:192.0.2.2:3478?transport=tcp
  trust      http://192.0.2.2:9001/trust
  CA         SHA-256 AB:CD
  peers      any
  firewall   tcp 9001, tcp+udp 3478, udp 49152-65535
`},
		{"with TLS of a public CA and nothing else", banner{pages: at("[::]:443"), turn: at("[::]:3478"), lan: one, relays: relays, tls: true, covers: always}, `
  page       https://192.0.2.2:443/
  page       http://localhost:443/
  signaling  wss://192.0.2.2:443/ws
  ice        https://192.0.2.2:443/api/ice
  turn       turn:192.0.2.2:3478?transport=udp
  turn       turn:192.0.2.2:3478?transport=tcp
  turn       turns:192.0.2.2:3478?transport=tcp
  peers      any
  firewall   tcp 443, tcp+udp 3478, udp 49152-65535
`},
		{"one port, and an address the certificate is not for", banner{pages: at("[::]:9001"), turn: at("[::]:9001"), lan: one, relays: relays, tls: true, plain: true}, `
  page       https://192.0.2.2:9001/
  page       http://localhost:9001/
  signaling  wss://192.0.2.2:9001/ws
  signaling  ws://192.0.2.2:9001/ws
  ice        https://192.0.2.2:9001/api/ice
  ice        http://192.0.2.2:9001/api/ice
  turn       turn:192.0.2.2:9001?transport=udp
  turn       turn:192.0.2.2:9001?transport=tcp
  uncovered  192.0.2.2: not in the certificate, so browsers warn there; open the page by a name that is
  peers      any
  firewall   tcp+udp 9001, udp 49152-65535
`},
		{"addresses that the CA may not speak for come last", banner{pages: at("[::]:9001"), turn: at("192.168.1.7:3478"), relays: relays,
			lan: []netip.Addr{one[0], netip.MustParseAddr("192.168.1.7"), both[1]},
			tls: true, covers: only("192.168.1.7", "localhost"), trust: "AB:CD"}, `
  page       https://192.168.1.7:9001/
  page       https://192.0.2.2:9001/
  page       https://[2001:db8::2]:9001/
  page       http://localhost:9001/
  signaling  wss://192.168.1.7:9001/ws
  signaling  wss://192.0.2.2:9001/ws
  signaling  wss://[2001:db8::2]:9001/ws
  ice        https://192.168.1.7:9001/api/ice
  ice        https://192.0.2.2:9001/api/ice
  ice        https://[2001:db8::2]:9001/api/ice
  turn       turn:192.168.1.7:3478?transport=udp
  turn       turn:192.168.1.7:3478?transport=tcp
  turn       turns:192.168.1.7:3478?transport=tcp
  trust      http://192.168.1.7:9001/trust
  trust      http://192.0.2.2:9001/trust
  trust      http://[2001:db8::2]:9001/trust
  CA         SHA-256 AB:CD
  uncovered  192.0.2.2, 2001:db8::2: not in the certificate, so browsers warn there; tls.permit helps before the CA is made
  peers      any
  firewall   tcp 9001, tcp+udp 3478, udp 49152-65535
`},
		{"a name from the certificate's files comes first", banner{pages: at("127.0.0.1:9002", "[::]:9001"), turn: at("[::]:3478"), lan: one, relays: relays,
			names: []string{"call.example.org"}, tls: true, covers: only("call.example.org")}, `
  page       https://call.example.org:9001/
  page       https://192.0.2.2:9001/
  page       http://127.0.0.1:9002/
  page       http://localhost:9001/
  signaling  wss://call.example.org:9001/ws
  signaling  wss://192.0.2.2:9001/ws
  signaling  ws://127.0.0.1:9002/ws
  ice        https://call.example.org:9001/api/ice
  ice        https://192.0.2.2:9001/api/ice
  ice        http://127.0.0.1:9002/api/ice
  turn       turn:call.example.org:3478?transport=udp
  turn       turn:call.example.org:3478?transport=tcp
  turn       turns:call.example.org:3478?transport=tcp
  turn       turn:192.0.2.2:3478?transport=udp
  turn       turn:192.0.2.2:3478?transport=tcp
  uncovered  192.0.2.2: not in the certificate, so browsers warn there; open the page by a name that is
  peers      any
  firewall   tcp 9001, tcp+udp 3478, udp 49152-65535
`},
		{"a name in the local network", banner{pages: at("192.168.1.7:9001"), turn: at("192.168.1.7:3478"), relays: relays, local: "box.local", tls: true, covers: always}, `
  page       https://192.168.1.7:9001/
  page       https://box.local:9001/
  signaling  wss://192.168.1.7:9001/ws
  ice        https://192.168.1.7:9001/api/ice
  turn       turn:192.168.1.7:3478?transport=udp
  turn       turn:192.168.1.7:3478?transport=tcp
  turn       turns:192.168.1.7:3478?transport=tcp
  peers      any
  firewall   tcp 9001, tcp+udp 3478, udp 49152-65535
`},
		{"two families", banner{pages: at("[::]:9001"), turn: at("[::]:3478"), lan: both, relays: relays}, `
  page       http://192.0.2.2:9001/
  page       http://[2001:db8::2]:9001/
  page       http://localhost:9001/
  signaling  ws://192.0.2.2:9001/ws
  signaling  ws://[2001:db8::2]:9001/ws
  ice        http://192.0.2.2:9001/api/ice
  ice        http://[2001:db8::2]:9001/api/ice
  turn       turn:192.0.2.2:3478?transport=udp
  turn       turn:192.0.2.2:3478?transport=tcp
  turn       turn:[2001:db8::2]:3478?transport=udp
  turn       turn:[2001:db8::2]:3478?transport=tcp
  peers      any
  firewall   tcp 9001, tcp+udp 3478, udp 49152-65535
`},
		{"IPv4 wildcard, several listeners", banner{
			pages: at("0.0.0.0:9001", "127.0.0.1:9002"), turn: at("192.0.2.9:3478", "192.0.2.9:3479"), lan: both, relays: relays,
		}, `
  page       http://192.0.2.2:9001/
  page       http://localhost:9001/
  page       http://127.0.0.1:9002/
  signaling  ws://192.0.2.2:9001/ws
  signaling  ws://127.0.0.1:9002/ws
  ice        http://192.0.2.2:9001/api/ice
  ice        http://127.0.0.1:9002/api/ice
  turn       turn:192.0.2.9:3478?transport=udp
  turn       turn:192.0.2.9:3478?transport=tcp
  turn       turn:192.0.2.9:3479?transport=udp
  turn       turn:192.0.2.9:3479?transport=tcp
  peers      any
  firewall   tcp 9001, tcp+udp 3478, tcp+udp 3479, udp 49152-65535
`},
		{"named by ice.host", banner{pages: at("192.0.2.2:80"), turn: at("[::]:3478"), lan: both, iceHost: "2001:db8::99", relays: relays}, `
  page       http://192.0.2.2:80/
  signaling  ws://192.0.2.2:80/ws
  ice        http://192.0.2.2:80/api/ice
  turn       turn:[2001:db8::99]:3478?transport=udp
  turn       turn:[2001:db8::99]:3478?transport=tcp
  peers      any
  firewall   tcp 80, tcp+udp 3478, udp 49152-65535
`},
		{"loopback", banner{pages: at("[::1]:9001"), turn: at("127.0.0.1:3478"), lan: one, relays: relays}, `
  page       http://[::1]:9001/
  signaling  ws://[::1]:9001/ws
  ice        http://[::1]:9001/api/ice
  turn       turn:127.0.0.1:3478?transport=udp
  turn       turn:127.0.0.1:3478?transport=tcp
  peers      any
  firewall   nothing to open: only this machine is served
`},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got strings.Builder
			row.banner.peers = "any"
			row.banner.write(&got, "", terminal.Style{})
			if want := "zerortc is ready" + row.want; got.String() != want {
				t.Errorf("got\n%s\nwant\n%s", got.String(), want)
			}
		})
	}
}

func TestAddrPorts(t *testing.T) {
	got := addrPorts([]net.Addr{
		&net.TCPAddr{IP: net.IPv6unspecified, Port: 1},
		&net.TCPAddr{IP: net.ParseIP("::ffff:192.0.2.2"), Port: 2},
	})
	if len(got) != 2 || got[0] != at("[::]:1")[0] || got[1] != at("192.0.2.2:2")[0] {
		t.Errorf("got %v", got)
	}
}
