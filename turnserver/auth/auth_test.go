package auth

import (
	"bytes"
	"crypto/md5"
	"fmt"
	"strings"
	"testing"
	"time"

	"zerortc/config"
)

const realm = "zerortc"

// noon is "now" in every table.
var noon = time.Unix(1_700_000_000, 0)

func book(secrets ...string) *Book {
	users := []config.User{
		{Name: "lqf", Password: config.NewSecret("123456")},
		{Name: "1800000000:bob", Password: config.NewSecret("static")},
		{Name: "", Password: config.NewSecret("nameless")},
		{Name: "open", Password: config.NewSecret("")},
	}
	var list []config.Secret
	for _, s := range secrets {
		list = append(list, config.NewSecret(s))
	}
	return New(realm, users, list)
}

// client answers like a message that was signed by somebody who typed password.
func client(username, password string) func([]byte) bool {
	want := md5.Sum([]byte(username + ":" + realm + ":" + password))
	return func(key []byte) bool { return bytes.Equal(key, want[:]) }
}

// TestVector is the example of draft-uberti-behave-turn-rest-00 with a secret
// that coturn signs to the same password.
func TestVector(t *testing.T) {
	b := book("north")
	name, password := b.Mint("mbzrxpgjys", time.Unix(12334939, 0))
	if name != "12334939:mbzrxpgjys" || password != "Iq7YXkRon8YXJfdN1Ke9EZOw1UE=" {
		t.Errorf("Mint = %q, %q", name, password)
	}
}

func TestCheck(t *testing.T) {
	const (
		future = "1700000001"
		past   = "1699999999"
	)
	mac := func(secret, username string) string { return password64(secret, username) }
	for _, c := range []struct {
		name, username, password string
		want                     Verdict
	}{
		{"static user", "lqf", "123456", Accepted},
		{"static user, wrong password", "lqf", "1234567", WrongPassword},
		{"static user, empty password", "lqf", "", WrongPassword},
		{"names are case-sensitive", "LQF", "123456", UnknownUser},
		{"nobody", "eve", "123456", UnknownUser},
		{"no name", "", "nameless", UnknownUser},
		{"no name, no password", "", "", UnknownUser},
		{"a user configured without password", "open", "", UnknownUser},

		{"timed, first secret", future + ":alice", mac("north", future+":alice"), Accepted},
		{"timed, second secret", future + ":alice", mac("south", future+":alice"), Accepted},
		{"timed, another secret", future + ":alice", mac("west", future+":alice"), WrongPassword},
		{"timed, the empty secret", future + ":alice", mac("", future+":alice"), WrongPassword},
		{"timed, no name", future, mac("north", future), Accepted},
		{"timed, empty name", future + ":", mac("north", future+":"), Accepted},
		{"timed, name with colons", future + ":a:b", mac("north", future+":a:b"), Accepted},
		{"timed, over", past + ":alice", mac("north", past+":alice"), Expired},
		{"timed, over this second", "1700000000", mac("north", "1700000000"), Expired},
		{"timed, over since 1970", "0", mac("south", "0"), Expired},
		{"timed, over and wrong", past + ":alice", "x", WrongPassword},
		{"password of another name", future + ":alice", mac("north", future+":bob"), WrongPassword},
		{"password unpadded", future, strings.TrimRight(mac("north", future), "="), WrongPassword},
		{"the largest second", "9223372036854775807", mac("north", "9223372036854775807"), Accepted},

		{"overflow", "9223372036854775808", mac("north", "9223372036854775808"), UnknownUser},
		{"twenty digits", "18446744073709551617", mac("north", "18446744073709551617"), UnknownUser},
		{"minus", "-1:a", mac("north", "-1:a"), UnknownUser},
		{"plus", "+1800000000:a", mac("north", "+1800000000:a"), UnknownUser},
		{"space", " 1800000000:a", mac("north", " 1800000000:a"), UnknownUser},
		{"underscore", "1_800_000_000", mac("north", "1_800_000_000"), UnknownUser},
		{"hex", "0x7fffffff", mac("north", "0x7fffffff"), UnknownUser},
		{"name first", "alice:1800000000", mac("north", "alice:1800000000"), UnknownUser},
		{"no digits", ":alice", mac("north", ":alice"), UnknownUser},
		{"digits of another script", "١٨٠٠٠٠٠٠٠٠", mac("north", "١٨٠٠٠٠٠٠٠٠"), UnknownUser},
		{"longest name", future + ":" + strings.Repeat("a", 497), mac("north", future+":"+strings.Repeat("a", 497)), Accepted},
		{"one byte too long", future + ":" + strings.Repeat("a", 498), mac("north", future+":"+strings.Repeat("a", 498)), UnknownUser},

		{"static user that looks timed", "1800000000:bob", "static", Accepted},
		{"static user that looks timed, by secret", "1800000000:bob", mac("north", "1800000000:bob"), WrongPassword},
	} {
		t.Run(c.name, func(t *testing.T) {
			key, got := book("north", "", "south").Check(c.username, client(c.username, c.password), noon)
			if got != c.want {
				t.Errorf("Check = %v, want %v", got, c.want)
			}
			if wantKey := got == Accepted || got == Expired; wantKey != (len(key) == md5.Size) {
				t.Errorf("%v came with a key of %d bytes", got, len(key))
			}
		})
	}
}

func TestWithoutSecrets(t *testing.T) {
	b := book()
	if u, p := b.Mint("a", noon); u != "" || p != "" {
		t.Errorf("Mint = %q, %q", u, p)
	}
	if _, v := b.Check("1800000000", client("1800000000", password64("", "1800000000")), noon); v != UnknownUser {
		t.Errorf("Check = %v", v)
	}
	if _, v := b.Check("lqf", client("lqf", "123456"), noon); v != Accepted {
		t.Errorf("static user: %v", v)
	}
}

// TestSecretsRotate: what the old secret signed goes on while the new one signs.
func TestSecretsRotate(t *testing.T) {
	username, password := book("old").Mint("alice", noon.Add(time.Hour))
	if _, v := book("new", "old").Check(username, client(username, password), noon); v != Accepted {
		t.Errorf("old secret still listed: %v", v)
	}
	if _, v := book("new").Check(username, client(username, password), noon); v != WrongPassword {
		t.Errorf("old secret gone: %v", v)
	}
}

// TestSameWork: every refused name costs the same number of trials, all with
// keys of full length, so that the time of an answer tells no names.
func TestSameWork(t *testing.T) {
	for _, username := range []string{"lqf", "eve", "", "1800000000:bob", "1800000000:eve", "0", "99999999999999999999"} {
		tries := 0
		book("north", "south").Check(username, func(key []byte) bool {
			if tries++; len(key) != md5.Size {
				t.Errorf("%q: a key of %d bytes", username, len(key))
			}
			return false
		}, noon)
		if tries != 3 {
			t.Errorf("%q: %d trials, want 3", username, tries)
		}
	}
}

// TestDummyKeyOpensNothing: even a caller who says yes to every key gets in
// under a known name only.
func TestDummyKeyOpensNothing(t *testing.T) {
	yes := func([]byte) bool { return true }
	if key, v := book("north").Check("eve", yes, noon); v != UnknownUser || key != nil {
		t.Errorf("eve: %v", v)
	}
}

func TestVerdictWords(t *testing.T) {
	got := fmt.Sprintln(Accepted, Expired, UnknownUser, WrongPassword)
	if got != "accepted expired unknown user wrong password\n" {
		t.Error(got)
	}
}

func BenchmarkCheckTimed(b *testing.B) {
	k := book("north", "south")
	username, password := k.Mint("alice", noon.Add(time.Hour))
	signed := client(username, password)
	for b.Loop() {
		k.Check(username, signed, noon)
	}
}

// A key in place of the password serves who knows the password.
func TestWrittenKey(t *testing.T) {
	plain := New("zerortc", []config.User{{Name: "lqf", Password: config.NewSecret("123456")}}, nil)
	key := plain.list.Load().users["lqf"]
	for password, want := range map[string]bool{
		fmt.Sprintf("0x%x", key):     true,
		fmt.Sprintf("0x%X", key):     true,
		fmt.Sprintf("%x", key):       false, // a password of 32 digits
		fmt.Sprintf("0x%x", key[1:]): false,
		fmt.Sprintf("0x%xzz", key):   false,
		fmt.Sprintf("0x%x00", key):   false,
	} {
		b := New("zerortc", []config.User{{Name: "lqf", Password: config.NewSecret(password)}}, nil)
		if got := bytes.Equal(b.list.Load().users["lqf"], key); got != want {
			t.Errorf("%s: the same key is %v", password, got)
		}
	}
}

func TestExplain(t *testing.T) {
	now := time.Unix(1000, 0)
	for _, c := range []struct {
		v              Verdict
		username, want string
	}{
		{Expired, "820:alice", "expired 3m0s ago"},
		{WrongPassword, "820:alice", "wrong password"},
		{UnknownUser, "mallory", "unknown user"},
		{Accepted, "lqf", "accepted"},
	} {
		if got := Explain(c.v, c.username, now); got != c.want {
			t.Errorf("%v of %s: %q, want %q", c.v, c.username, got, c.want)
		}
	}
}
