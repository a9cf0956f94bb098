package gate

import (
	"net/netip"
	"strings"
	"testing"
	"time"
)

func TestNonces(t *testing.T) {
	n, err := newNonces()
	if err != nil {
		t.Fatal(err)
	}
	other, _ := newNonces()
	born := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	nonce := n.make(caller, born)
	on := func(change func(*Tuple)) Tuple { c := caller; change(&c); return c }
	for _, c := range []struct {
		what  string
		nonce string
		from  Tuple
		at    time.Time
		want  validity
	}{
		{"at once", nonce, caller, born, valid},
		{"at the end of its life", nonce, caller, born.Add(nonceLife), valid},
		{"after it", nonce, caller, born.Add(nonceLife + time.Second), outlived},
		{"before its birth: the clock was set back", nonce, caller, born.Add(-time.Second), outlived},
		{"from another port", nonce, on(func(c *Tuple) { c.Client = netip.AddrPortFrom(c.Client.Addr(), 4001) }), born, foreign},
		{"from another address", nonce, on(func(c *Tuple) { c.Client = netip.MustParseAddrPort("192.0.2.8:4000") }), born, foreign},
		{"by another transport", nonce, on(func(c *Tuple) { c.Transport = TCP }), born, foreign},
		{"to another address of ours", nonce, on(func(c *Tuple) { c.Server = netip.MustParseAddrPort("127.0.0.2:3478") }), born, valid},
		{"of another server", other.make(caller, born), caller, born, foreign},
		{"with another time", nonceCookie + "zz" + nonce[len(nonceCookie)+2:], caller, born, foreign},
		{"cut short", nonce[:len(nonce)-2], caller, born, foreign},
		{"not base64", nonceCookie + "!!" + nonce[len(nonceCookie)+2:], caller, born, foreign},
		{"without its cookie", nonce[len(nonceCookie):], caller, born, foreign},
		{"empty", "", caller, born, foreign},
	} {
		if n.check(c.nonce, c.from, c.at) != c.want {
			t.Errorf("%s: want %v", c.what, c.want)
		}
	}
	if len(nonce) > 32 || !strings.HasPrefix(nonce, "obMatJos2AAAA") {
		t.Errorf("nonce %s", nonce)
	}
}
