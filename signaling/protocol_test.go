package signaling

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The document is tested as it is read: what it shows is what happens.
//
//go:embed PROTOCOL.md
var document string

// TestProtocolExamples plays every ```frames block of PROTOCOL.md against a
// server of its own.
func TestProtocolExamples(t *testing.T) {
	examples, rest := split(document)
	if len(examples) < 11 {
		t.Fatalf("PROTOCOL.md has %d examples, which is fewer than it was written with", len(examples))
	}
	if strings.Contains(rest, `{"cmd"`) {
		t.Error("PROTOCOL.md shows a frame outside of the examples, where nothing tests it")
	}
	for i, example := range examples {
		t.Run(fmt.Sprintf("line %d", example.line), func(t *testing.T) {
			server, url := start(t, DefaultLimits())
			server.hub.ice = documentICE{}
			play(t, url, examples[i])
		})
	}
}

// TestProtocolNamesEveryReason holds that whatever a log, a counter or a close
// frame says can be looked up in the document.
func TestProtocolNamesEveryReason(t *testing.T) {
	for _, why := range reasons() {
		if !strings.Contains(document, "`"+string(why)+"`") {
			t.Errorf("PROTOCOL.md does not explain %q", why)
		}
	}
}

// TestProtocolLimits compares the figures in the document with the defaults.
func TestProtocolLimits(t *testing.T) {
	l := DefaultLimits()
	for _, row := range []string{
		fmt.Sprintf("| members of a room | %d |", l.RoomCapacity),
		fmt.Sprintf("| bytes of a frame | %d |", l.FrameBytes),
		fmt.Sprintf("| depth of a frame | %d |", l.FrameDepth),
		fmt.Sprintf("| bytes of a `roomId` or `uid`, as spelled, quotes included | %d |", l.NameBytes),
		fmt.Sprintf("| frames a second, in the long run | %v |", l.FramesPerSecond),
		fmt.Sprintf("| frames at once | %d |", l.FramesBurst),
		fmt.Sprintf("| frames waiting for one client | %d |", l.QueueFrames),
		fmt.Sprintf("| bytes waiting for one client | %d |", l.QueueBytes),
		fmt.Sprintf("| sockets in all | %d |", l.Sockets),
		fmt.Sprintf("| sockets of one IPv4 address or IPv6 /64 | %d |", l.SocketsPerAddress),
		fmt.Sprintf("| joins a second of one address, in the long run | %d |", l.JoinsPerAddress),
		fmt.Sprintf("| joins of one address at once | %d |", l.JoinsPerAddress*joinsBurst),
		fmt.Sprintf("| rooms there are that were made from one address | %d |", l.RoomsPerAddress),
		fmt.Sprintf("| wrong PINs of one address at once | %d |", guessesBurst),
		fmt.Sprintf("| seconds until one address may give another wrong PIN | %v |", guessesEvery.Seconds()),
		fmt.Sprintf("| seconds that a seat is kept for a broken socket | %v |", l.Resume.Seconds()),
		fmt.Sprintf("| `t` | string or number | anything of at most %d bytes", longestT),
		fmt.Sprintf("more than %d deep", l.FrameDepth),
		fmt.Sprintf("more than %d bytes, quotes included", l.NameBytes),
		fmt.Sprintf("more than %v frames a second after a burst of %d", l.FramesPerSecond, l.FramesBurst),
		fmt.Sprintf("%d of them, %d bytes, or one that took %.0f seconds to write", l.QueueFrames, l.QueueBytes, l.WriteTimeout.Seconds()),
		fmt.Sprintf("silent for %.0f seconds", l.GoneAfter.Seconds()),
		fmt.Sprintf("a frame of more than %d bytes", l.FrameBytes),
		fmt.Sprintf("ping every %.0f seconds", l.PingEvery.Seconds()),
		fmt.Sprintf("ping unanswered for %.0f seconds", l.PongWithin.Seconds()),
	} {
		if !strings.Contains(document, row) {
			t.Errorf("PROTOCOL.md does not say %q", row)
		}
	}
}

// example is one block of the document.
type example struct {
	line  int // of the document
	steps []string
}

// split separates the examples from the rest of a document.
func split(document string) (examples []example, rest string) {
	inside := false
	for i, line := range strings.Split(document, "\n") {
		switch {
		case line == "```frames":
			inside = true
			examples = append(examples, example{line: i + 1})
		case line == "```":
			inside = false
		case inside:
			last := &examples[len(examples)-1]
			last.steps = append(last.steps, line)
		default:
			rest += line + "\n"
		}
	}
	return examples, rest
}

// stage is an example while it is played.
type stage struct {
	t       *testing.T
	url     string
	clients map[string]*client
	gone    map[string]bool // said or heard close, or broke
	holds   []string        // names of blanks and what they stand for, in turns
}

// documentICE is the ICE list of the examples.
type documentICE struct{}

func (documentICE) Servers(Caller, string, string, time.Time) (json.RawMessage, time.Duration) {
	return json.RawMessage(`[{"urls":["turn:192.0.2.1:3478"],"username":"1732300000:7f","credential":"c2VjcmV0"}]`), time.Hour
}

// play plays an example; the notation is told at the end of PROTOCOL.md.
func play(t *testing.T, url string, e example) {
	s := &stage{t: t, url: url, clients: map[string]*client{}, gone: map[string]bool{}}
	for i, step := range e.steps {
		t.Logf("line %d: %s", e.line+1+i, step)
		s.step(step)
	}
	for name, c := range s.clients {
		if !s.gone[name] {
			c.hearsNothing()
		}
	}
}

func (s *stage) step(step string) {
	s.t.Helper()
	switch words := strings.Fields(step); {
	case words[0] == "#":
	case words[0] == "→":
		s.hears(words[1], strings.TrimPrefix(step, "→ "+words[1]+" "))
	case words[1] == "→":
		s.says(words[0], strings.TrimPrefix(step, words[0]+" → "))
	case words[1] == "from":
		s.clients[words[0]] = connectFrom(s.t, words[0], s.url, words[2])
	case words[1] == "speaks":
		s.clients[words[0]] = connectAs(s.t, words[0], s.url, words[2])
	case words[1] == "breaks":
		s.client(words[0]).conn.NetConn().Close()
		s.gone[words[0]] = true
	default:
		s.t.Fatal("not a step")
	}
}

func (s *stage) says(who, what string) {
	s.t.Helper()
	var code int
	if n, _ := fmt.Sscanf(what, "close %d", &code); n == 1 {
		s.client(who).bye(code)
		return
	}
	s.client(who).done(strings.NewReplacer(s.holds...).Replace(what))
}

func (s *stage) hears(who, what string) {
	s.t.Helper()
	if what == "nothing" {
		s.client(who).hearsNothing()
		return
	}
	if strings.Contains(what, "⟨") {
		s.hearsLike(who, what)
		return
	}
	s.client(who).hears(what)
	if strings.HasPrefix(what, "close ") {
		s.gone[who] = true
	}
}

var blank = regexp.MustCompile(`⟨.*?⟩`)

// hearsLike fails unless what comes next is this with the blanks filled in, and
// remembers with what.
func (s *stage) hearsLike(who, what string) {
	s.t.Helper()
	got := s.client(who).next()
	shape := blank.ReplaceAllLiteralString(regexp.QuoteMeta(what), "(.*?)")
	found := regexp.MustCompile("^" + shape + "$").FindStringSubmatch(got)
	if found == nil {
		s.t.Fatalf("%s hears\n  %s, want\n  %s", who, got, what)
	}
	for i, name := range blank.FindAllString(what, -1) {
		if name != "⟨…⟩" {
			s.holds = append(s.holds, name, found[i+1])
		}
	}
}

// client connects who appears for the first time.
func (s *stage) client(name string) *client {
	s.t.Helper()
	if s.clients[name] == nil {
		s.clients[name] = connect(s.t, name, s.url)
	}
	return s.clients[name]
}
