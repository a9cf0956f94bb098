package terminal

import (
	"os"
	"strings"
	"testing"
)

// What goes into a file or a pipe is left as it is.
func TestNoTerminal(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if Is(null) || Is(&strings.Builder{}) || StyleOf(null, func(string) string { return "" }).Colour {
		t.Error("that is no terminal")
	}
}

func TestPaint(t *testing.T) {
	for _, row := range []struct {
		style Style
		want  string
	}{
		{Style{}, "a b c d e"},
		{Style{Colour: true}, "\x1b[1ma\x1b[0m \x1b[2mb\x1b[0m \x1b[31mc\x1b[0m \x1b[32md\x1b[0m \x1b[33me\x1b[0m"},
	} {
		s := row.style
		got := strings.Join([]string{s.Bold("a"), s.Faint("b"), s.Red("c"), s.Green("d"), s.Yellow("e")}, " ")
		if got != row.want {
			t.Errorf("%q", got)
		}
	}
}
