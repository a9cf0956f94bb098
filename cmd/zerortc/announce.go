package main

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"rsc.io/qr"

	"zerortc/cmd/terminal"
	"zerortc/config"
	"zerortc/signaling/invite"
	"zerortc/web"
)

// announce tells where the server is: on a terminal as a banner that ends with a
// code for phones to read, elsewhere as lines of the log, which are of one kind
// with all others. The settings banner and qr say otherwise.
func announce(p process, cfg config.Start, b banner, log *slog.Logger) error {
	shown := terminal.Is(p.stdout)
	if !cfg.Banner.Wanted(shown) {
		for _, l := range b.lines() {
			log.Info("reached by", l.name, l.value)
		}
		return nil
	}
	style := terminal.StyleOf(p.stdout, p.getenv)
	room := b.freshRoom(shown)
	var text strings.Builder
	b.write(&text, room, style)
	if code := roomCode(room); code != nil && cfg.QR.Wanted(shown && terminal.Columns(p.stdout) >= codeWidth(code)) {
		text.WriteByte('\n')
		writeCode(&text, code, style)
	}
	_, err := io.WriteString(p.stdout, text.String())
	return err
}

// freshRoom is a link into a room that nobody is in, at the address which others
// reach best. Where rooms take the invited only, it is an invite, which is for eyes
// and not for files: then there is a link on a terminal only.
func (b banner) freshRoom(onTerminal bool) string {
	at := slices.IndexFunc(b.lines(), func(l line) bool { return l.name == "page" })
	if at < 0 || b.invites != nil && !onTerminal {
		return ""
	}
	name, key := web.RoomName(), ""
	if b.invites != nil {
		now := time.Now()
		token, err := b.invites.Sign(invite.Invite{Room: name, From: now, Until: now.Add(freshRoomLasts)})
		if err != nil {
			return "" // of a name that we have made
		}
		key = "#invite=" + token
	}
	return b.lines()[at].value + "room/" + name + key
}

// freshRoomLasts is as long as zerortc invite would have it.
const freshRoomLasts = 24 * time.Hour

func (b banner) write(w io.Writer, room string, style terminal.Style) {
	fmt.Fprintf(w, "%s\n", style.Bold("zerortc is ready"))
	told := false
	for _, l := range b.lines() {
		if l.name != "page" && !told && room != "" {
			fmt.Fprintf(w, "  %-11s%s\n", "room", style.Bold(style.Green(room)))
			told = true
		}
		fmt.Fprintf(w, "  %s%s\n", style.Faint(fmt.Sprintf("%-11s", l.name)), l.value)
	}
}

// peersLine is the peer policy in a line.
func peersLine(cfg config.TURN) string {
	text := "any network, but not this machine itself, loopback, link-local and the like"
	if cfg.PeersMode == config.PeersStrict {
		text = "relays of this server only"
	}
	for _, p := range cfg.PeersAllow {
		text += "; allowed: " + p.String()
	}
	for _, p := range cfg.PeersDeny {
		text += "; denied: " + p.String()
	}
	return text
}

// roomCode is the code of a link, nil if there is none that would fit. The smallest
// correction will do: nothing rubs off a screen.
func roomCode(link string) *qr.Code {
	code, err := qr.Encode(link, qr.L)
	if link == "" || err != nil {
		return nil
	}
	return code
}

// quietZone is the margin around the code, in modules. The standard has 4
// (ISO/IEC 18004); a terminal has dark margins of its own, and lines are dear.
const quietZone = 2

func codeWidth(code *qr.Code) int { return code.Size + 2*quietZone }

// writeCode draws two rows of the code in each line: the upper half of a character
// is one and the lower half the other. Readers want dark on light. Without colours
// the light is drawn with the text's own, which on most terminals is light.
func writeCode(w io.Writer, code *qr.Code, style terminal.Style) {
	for y := -quietZone; y < code.Size+quietZone; y += 2 {
		var row strings.Builder
		for x := -quietZone; x < code.Size+quietZone; x++ {
			row.WriteString(halves(code.Black(x, y), code.Black(x, y+1)))
		}
		fmt.Fprintln(w, style.WhiteOnBlack(row.String()))
	}
}

// halves is a character whose light halves are drawn.
func halves(upperDark, lowerDark bool) string {
	switch {
	case upperDark && lowerDark:
		return " "
	case upperDark:
		return "▄"
	case lowerDark:
		return "▀"
	default:
		return "█"
	}
}
