package finding

import (
	"fmt"
	"io"
	"strings"

	"zerortc/cmd/terminal"
)

// WriteText writes the list for people: a line for each finding, and below what is
// not well, what to do.
func (l List) WriteText(w io.Writer, style terminal.Style) error {
	wide := 0
	for _, f := range l {
		wide = max(wide, len(f.Check))
	}
	var text strings.Builder
	for _, f := range l {
		fmt.Fprintf(&text, "%s  %-*s  %s\n", f.Verdict.painted(style), wide, f.Check, oneLine(f.What))
		if f.Remedy != "" {
			fmt.Fprintf(&text, "%-7s  %-*s  %s\n", "", wide, "", style.Bold("→ "+oneLine(f.Remedy)))
		}
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// painted is the verdict as wide as the widest, coloured after it was measured.
func (v Verdict) painted(style terminal.Style) string {
	text := fmt.Sprintf("%-7s", v)
	switch v {
	case OK:
		return style.Green(text)
	case Fault:
		return style.Red(text)
	case Hint:
		return style.Yellow(text)
	default:
		return style.Faint(text)
	}
}

// oneLine keeps what a stranger's server said from painting the terminal.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case r < ' ' || r >= 0x7f && r < 0xa0:
			return '?'
		}
		return r
	}, text)
}
