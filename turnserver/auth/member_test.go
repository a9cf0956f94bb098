package auth

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

// A member's name tells rooms and people apart and tells nobody what they are
// called.
func TestMember(t *testing.T) {
	b := book("north")
	shape := regexp.MustCompile(`^[A-Z2-7]{8}\.[A-Za-z0-9_-]{1,64}$`)
	seen := map[string]string{}
	for _, member := range [][2]string{
		{"blue", "anna"}, {"blue", "ben"}, {"red", "anna"}, {"Blue", "anna"}, {"", "anna"}, {"blue", "a:b"}, {"blue", "a.b"},
		{"blue", ""}, {"blue", "房间"}, {"blue", strings.Repeat("a", 64)}, {"blue", strings.Repeat("a", 65)}, {"blue", "\xff\r\n"},
		{strings.Repeat("blue", 200), strings.Repeat("anna", 200)},
	} {
		name := b.Member(member[0], member[1])
		if member[1] != "" && !shape.MatchString(name) || strings.Contains(name, "blue") {
			t.Errorf("%q: %s", member, name)
		}
		if other, taken := seen[name]; taken {
			t.Errorf("%q and %q are both %s", member, other, name)
		}
		seen[name] = member[0] + " " + member[1]
	}
	if name := b.Member("blue", "anna"); !strings.HasSuffix(name, ".anna") || name != b.Member("blue", "anna") {
		t.Error(name)
	}
	other := book("south")
	if b.Member("blue", "anna") == other.Member("blue", "anna") {
		t.Error("the digest has no key")
	}
	book().Member("blue", "anna") // mints nothing, and breaks nothing
}

// A credential of one room is none for another, nor for somebody else in it.
func TestMemberIsBound(t *testing.T) {
	b := book("north")
	username, password := b.Mint(b.Member("blue", "anna"), noon.Add(time.Minute))
	with := func(name string) Verdict {
		_, v := b.Check(name, client(name, password), noon)
		return v
	}
	if v := with(username); v != Accepted {
		t.Fatal(v)
	}
	stamp, _, _ := strings.Cut(username, ":")
	for _, name := range []string{
		stamp + ":" + b.Member("red", "anna"), stamp + ":" + b.Member("blue", "ben"), stamp + ":anna", stamp,
	} {
		if v := with(name); v != WrongPassword {
			t.Errorf("%s: %v", name, v)
		}
	}
}
