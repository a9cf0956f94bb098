// Package terminal knows whether somebody is watching what is written, and in which
// colours it may be shown.
package terminal

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Is tells whether what is written to w appears on a terminal.
func Is(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// Columns is how many characters fit into a line; 0 if w is no terminal.
func Columns(w io.Writer) int {
	if !Is(w) {
		return 0
	}
	wide, _, err := term.GetSize(int(w.(*os.File).Fd()))
	if err != nil {
		return 0
	}
	return wide
}

// Style paints text. The zero value leaves it as it is.
type Style struct{ Colour bool }

// StyleOf is how to write to w: in colour on a terminal that has any, unless
// NO_COLOR says otherwise (https://no-color.org).
func StyleOf(w io.Writer, getenv func(string) string) Style {
	return Style{Colour: Is(w) && getenv("NO_COLOR") == "" && getenv("TERM") != "dumb"}
}

// Bold is text that stands out.
func (s Style) Bold(text string) string { return s.paint("1", text) }

// Faint is text that stands back.
func (s Style) Faint(text string) string { return s.paint("2", text) }

// Red is for what is wrong.
func (s Style) Red(text string) string { return s.paint("31", text) }

// Green is for what is well.
func (s Style) Green(text string) string { return s.paint("32", text) }

// Yellow is for what is worth a look.
func (s Style) Yellow(text string) string { return s.paint("33", text) }

// WhiteOnBlack is for pictures made of characters, which must not depend on the
// colours of the terminal.
func (s Style) WhiteOnBlack(text string) string { return s.paint("97;40", text) }

// paint wraps text in an SGR sequence (ECMA-48 section 8.3.117).
func (s Style) paint(code, text string) string {
	if !s.Colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}
