package config

import "testing"

func TestNearest(t *testing.T) {
	commands := []string{"serve", "version", "help"}
	for _, row := range []struct {
		word string
		of   []string
		want string
	}{
		{"sevre", commands, "serve"},
		{"Serve", commands, "serve"},
		{"versoin", commands, "version"},
		{"banana", commands, ""},
		{"tcsh", []string{"bash", "zsh", "fish"}, ""},
		{"fihs", []string{"bash", "zsh", "fish"}, "fish"},
		{"fis", []string{"bash", "zsh", "fish"}, "fish"},
		{"url", []string{"qr", "json"}, ""},
		{"", commands, ""},
		{"realm", []string{"turn.realm", "turn.listen"}, "turn.realm"},
		{"ice.realm", []string{"turn.realm", "ice.ttl"}, "turn.realm"},
		{"turn.relay_ports", []string{"turn.realm", "turn.relay-ports"}, "turn.relay-ports"},
		{"x", nil, ""},
	} {
		if got := Nearest(row.word, row.of); got != row.want {
			t.Errorf("%q: got %q, want %q", row.word, got, row.want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	for _, row := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0},
		{"abc", "abd", 1}, {"abc", "ac", 1}, {"kitten", "sitting", 3}, {"ab", "ba", 1}, {"trun", "turn", 1}, {"abc", "bca", 2},
	} {
		if got := editDistance(row.a, row.b); got != row.want {
			t.Errorf("%q %q: got %d, want %d", row.a, row.b, got, row.want)
		}
	}
}
