package auth

import (
	"crypto/md5"
	"fmt"
	"testing"
	"time"

	"zerortc/config"
)

// Another list holds from the next request on.
func TestReplace(t *testing.T) {
	b := book("north")
	name, password := b.Mint("alice", noon.Add(time.Hour))
	b.Replace([]config.User{{Name: "bob", Password: config.NewSecret("builder")}}, []config.Secret{config.NewSecret("south")})
	for _, c := range []struct {
		name, password string
		want           Verdict
	}{
		{"bob", "builder", Accepted},
		{"lqf", "123456", UnknownUser},
		{name, password, WrongPassword},
		{name, password64("south", name), Accepted},
	} {
		if _, got := b.Check(c.name, client(c.name, c.password), noon); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	if _, password := b.Mint("alice", noon); password != password64("south", fmt.Sprint(noon.Unix())+":alice") {
		t.Error("the old secret signs")
	}
}

func TestStands(t *testing.T) {
	key := func(name, password string) []byte {
		sum := md5.Sum([]byte(name + ":" + realm + ":" + password))
		return sum[:]
	}
	b := book("north")
	for _, c := range []struct {
		what, name string
		key        []byte
		want       bool
	}{
		{"a static user", "lqf", key("lqf", "123456"), true},
		{"a static user with another password", "lqf", key("lqf", "12345"), false},
		{"a static user who is gone", "eve", key("eve", "x"), false},
		{"a user of a secret", "1800000000:eve", key("1800000000:eve", "x"), true},
		{"a user of a secret whose time is over", "1:eve", key("1:eve", "x"), true},
		{"a user of a secret who became static", "1800000000:bob", key("1800000000:bob", "x"), false},
	} {
		if got := b.Stands(c.name, c.key); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
}
