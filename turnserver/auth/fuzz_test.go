package auth

import (
	"strings"
	"testing"
	"testing/quick"
	"time"
	"unicode/utf8"
)

// TestMintedIsAccepted holds the two halves of credentials.go together: what is
// minted is accepted until it ends, then expired, and belongs to its own name
// and secret only.
func TestMintedIsAccepted(t *testing.T) {
	holds := func(name, secret string, ttl uint16) bool {
		if secret == "" {
			secret = "north"
		}
		b, ends := book(secret), noon.Add(time.Duration(ttl+1)*time.Second)
		username, password := b.Mint(name, ends)
		signed := client(username, password)
		_, before := b.Check(username, signed, ends.Add(-time.Second))
		_, after := b.Check(username, signed, ends)
		_, other := b.Check(username+"x", client(username+"x", password), noon)
		_, foreign := book(secret+"x").Check(username, signed, noon)
		return before == Accepted && after == Expired && other != Accepted && foreign == WrongPassword
	}
	if err := quick.Check(holds, nil); err != nil {
		t.Error(err)
	}
}

// TestMintFits: any name ends up as a USERNAME that the RFC and JSON can carry.
func TestMintFits(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"", "1700000000"},
		{"alice", "1700000000:alice"},
		{"日本", "1700000000:日本"},
		{"a\xffb", "1700000000:ab"},
		{"\xff", "1700000000"},
		{"a\r\nb\x00", "1700000000:ab"},
		{strings.Repeat("a", 600), "1700000000:" + strings.Repeat("a", 497)},
		{strings.Repeat("日", 200), "1700000000:" + strings.Repeat("日", 165)},
	} {
		if got, _ := book("north").Mint(c.name, noon); got != c.want {
			t.Errorf("Mint(%q) = %q, want %q", c.name, got, c.want)
		}
	}
	if got, _ := book("north").Mint("a", time.Unix(-5, 0)); got != "0:a" {
		t.Errorf("before 1970: %q", got)
	}
}

// FuzzUsername: no name from the wire gets in with a key that is not its own,
// and none makes the check fall over.
func FuzzUsername(f *testing.F) {
	for _, s := range []string{"lqf", "", "1800000000:a", ":", "9223372036854775808", "-1", "\x00\xff", "1800000000:bob"} {
		f.Add([]byte(s))
	}
	b := book("north", "south")
	f.Fuzz(func(t *testing.T, raw []byte) {
		name := string(raw)
		if _, v := b.Check(name, func([]byte) bool { return false }, noon); v == Accepted || v == Expired {
			t.Fatalf("%q let in unsigned: %v", name, v)
		}
		right := client(name, password64("south", name))
		if key, v := b.Check(name, right, noon); (v == Accepted || v == Expired) && !right(key) {
			t.Fatalf("%q: %v with a key that does not fit", name, v)
		}
		if u, _ := b.Mint(name, noon); !utf8.ValidString(u) || len(u) > maxUsername {
			t.Fatalf("Mint(%q) = %q", name, u)
		}
	})
}
