package main

import (
	"net/netip"
	"os"
	"strings"
	"testing"

	"zerortc/cmd/mdns"
	"zerortc/config"
)

func TestWishedName(t *testing.T) {
	host, err := os.Hostname()
	want := mdns.Name(host)
	if err != nil || want == "" {
		t.Fatalf("this machine's name %q, %v, cannot be one of a local network", host, err)
	}
	for _, row := range []struct {
		cfg      config.Config
		nameless string
	}{
		{config.Config{HTTP: config.HTTP{Listen: []string{"127.0.0.1:1", ":9001"}}, TLS: config.TLS{Mode: config.TLSAuto}}, ""},
		{config.Config{HTTP: config.HTTP{Listen: []string{"0.0.0.0:9001"}}, TLS: config.TLS{Mode: config.TLSOff}}, ""},
		{config.Config{HTTP: config.HTTP{Listen: []string{":9001"}, MDNSOff: true}}, "http.mdns is off"},
		{config.Config{HTTP: config.HTTP{Listen: []string{"127.0.0.1:1", "[::1]:1", "localhost:1"}}}, "this machine only"},
		{config.Config{HTTP: config.HTTP{Listen: []string{":9001"}}, TLS: config.TLS{Mode: config.TLSACME, Domains: []string{"call.example.org"}}}, "not for " + want},
	} {
		name, nameless := wishedName(row.cfg)
		if (name == want) != (row.nameless == "") || !strings.Contains(nameless, row.nameless) {
			t.Errorf("%+v: %q, %q", row.cfg, name, nameless)
		}
	}
}

func TestServedBy(t *testing.T) {
	for _, row := range []struct {
		listener, addr string
		want           bool
	}{
		{"[::]:9001", "192.168.1.7", true}, {"[::]:9001", "fd00::7", true}, {"0.0.0.0:9001", "192.168.1.7", true}, {"0.0.0.0:9001", "fd00::7", false},
		{"192.168.1.7:9001", "192.168.1.7", true}, {"192.168.1.8:9001", "192.168.1.7", false},
	} {
		if got := servedBy(at(row.listener))(netip.MustParseAddr(row.addr)); got != row.want {
			t.Errorf("%s at %s: %v", row.addr, row.listener, got)
		}
	}
}
