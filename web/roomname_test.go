package web

import (
	"regexp"
	"testing"

	"zerortc/web/static"
)

// The names are of the page's kind, and hardly ever the same twice.
func TestRoomName(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		name := RoomName()
		if !regexp.MustCompile(`^[a-z]+-[a-z]+-[a-z]+-[1-9][0-9]{2}$`).MatchString(name) {
			t.Fatal(name)
		}
		seen[name] = true
	}
	if len(seen) < 99 {
		t.Errorf("%d different names of 100", len(seen))
	}
}

func TestWordLists(t *testing.T) {
	script, err := static.Files.ReadFile("page/names.js")
	if err != nil {
		t.Fatal(err)
	}
	lists := wordLists.FindAllSubmatch(script, -1)
	if len(lists) != 3 {
		t.Fatalf("%d lists", len(lists))
	}
	for _, list := range lists {
		if n := len(regexp.MustCompile(`[a-z]+`).FindAll(list[1], -1)); n != 64 {
			t.Errorf("%d words", n)
		}
	}
}
