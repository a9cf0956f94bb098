package web

import (
	"maps"
	"testing"

	"zerortc/config"
)

// Every answer of the ICE endpoints counts once, under a word of the list.
func TestICEAnswersAreCounted(t *testing.T) {
	var s Server
	h, err := routes(newCurrent(config.HTTP{}), Parts{Signaling: upgradeSeen, ICE: listICE{}}, &s.answers, quietLog())
	if err != nil {
		t.Fatal(err)
	}
	ask(h, "GET", "/api/ice")
	ask(h, "POST", "/api/ice")
	ask(h, "GET", "/api/turn")
	ask(h, "GET", "/api/turn?service=stun")
	ask(h, "DELETE", "/api/ice")
	ask(h, "OPTIONS", "/api/ice")
	ask(h, "GET", "/api/ice", "Origin: https://evil.example")
	ask(h, "GET", "/api/elsewhere")
	want := map[string]uint64{
		"ok": 3, "bad-request": 1, "method-not-allowed": 1, "preflight": 1, "refused": 1,
		"proof-needed": 0, "too-fast": 0, "other": 0,
	}
	if got := s.Stats().ICE; !maps.Equal(got, want) {
		t.Errorf("counted %v, want %v", got, want)
	}
}
