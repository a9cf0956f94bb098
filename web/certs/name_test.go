package certs

import (
	"strings"
	"testing"
)

func TestHostName(t *testing.T) {
	for text, want := range map[string]string{
		"vm":                            "vm",
		"Alices-MacBook.local.":         "alices-macbook.local",
		"a.b.c":                         "a.b.c",
		"xn--mller-kva":                 "xn--mller-kva",
		"4u":                            "4u",
		"":                              "",
		".":                             "",
		"my_host":                       "",
		"müller":                        "",
		"-vm":                           "",
		"vm-":                           "",
		"a..b":                          "",
		"*.lan":                         "",
		".lan":                          "",
		"host name":                     "",
		"192":                           "",
		"192.168.1.5":                   "",
		"fe80::1":                       "",
		strings.Repeat("x", 63):         strings.Repeat("x", 63),
		strings.Repeat("x", 64):         "",
		strings.Repeat("x.", 126) + "x": strings.Repeat("x.", 126) + "x",
		strings.Repeat("x.", 127) + "x": "",
	} {
		if got, ok := hostName(text); ok != (want != "") || ok && got != want {
			t.Errorf("%q: got %q, %v; want %q", text, got, ok, want)
		}
	}
}

func TestIsPublic(t *testing.T) {
	for name, want := range map[string]bool{
		"com": true, "dev": true, "app": true, "co.uk": true, "github.io": true,
		"vm": false, "raspberrypi": false, "server.corp.example.org": false, "example.com": false,
	} {
		if got := isPublic(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
