package deploy

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zerortc/config"
)

// The documents for operators and newcomers. Both of the first are the same text
// in two languages.
var documents = []string{"../README.md", "../README.zh-CN.md", "README.md"}

var (
	flags     = regexp.MustCompile(`--[a-z][a-z0-9-]+`)
	variables = regexp.MustCompile(`ZERORTC_[A-Z_]+`)
	settings  = regexp.MustCompile("`((?:http|turn|ice|tls|rooms|metrics|log|drain)\\.[a-z-]+|state-dir)`")
	links     = regexp.MustCompile(`(?:\]\(|src=")([^)"\s]+)[)"]`)
	headings  = regexp.MustCompile(`^(#+) (.+)$`)
	curl      = regexp.MustCompile(`^curl '?http://192\.168\.1\.7:9001(/[^' ]*)'?$`)
	arguments = regexp.MustCompile(`^make run ARGS="(.*)"$`)
	defaults  = regexp.MustCompile("^\\| `([a-z]+\\.[a-z-]+)` \\| `([^`]+)` \\|")
)

// foreign are flags of other programs.
var foreign = map[string]string{
	"--now": "systemctl", "--permanent": "firewall-cmd", "--add-port": "firewall-cmd",
	"--reload": "firewall-cmd", "--network": "docker", "--help": "the command line itself",
	"--volumes": "docker", "--print-architecture": "dpkg", "--unix-socket": "curl",
	// of commands of ours other than serve
	"--ufw": "ports", "--url": "doctor", "--json": "doctor",
	"--for": "invite", "--uid": "invite", "--within": "ctl drain", "--output": "config init", "--sources": "config show",
}

// block is a code block.
type block struct{ language, text string }

// document is what the tests look at.
type document struct {
	text     string
	headings []string // the signs only: "##"
	anchors  []string
	blocks   []block
}

func readDocument(t *testing.T, name string) document {
	t.Helper()
	d := document{text: read(t, name)}
	inside := false
	for line := range strings.Lines(d.text) {
		language, fence := strings.CutPrefix(line, "```")
		switch {
		case fence && !inside:
			d.blocks = append(d.blocks, block{language: strings.TrimSpace(language)})
			inside = true
		case fence:
			inside = false
		case inside:
			d.blocks[len(d.blocks)-1].text += line
		default:
			if words := headings.FindStringSubmatch(strings.TrimSpace(line)); words != nil {
				d.headings = append(d.headings, words[1])
				d.anchors = append(d.anchors, anchor(words[2]))
			}
		}
	}
	return d
}

// anchor is what a forge makes of a heading, as far as ours need it.
func anchor(heading string) string {
	heading = strings.ToLower(strings.NewReplacer(",", "", "/", "", ".", "").Replace(heading))
	return strings.ReplaceAll(heading, " ", "-")
}

func TestDocumentsNameWhatExists(t *testing.T) {
	var known []string
	for _, s := range config.Settings() {
		known = append(known, s.Path, "--"+s.Flag(), s.Env())
	}
	for _, name := range documents {
		text := readDocument(t, name).text
		named := slices.Concat(flags.FindAllString(text, -1), variables.FindAllString(text, -1))
		for _, words := range settings.FindAllStringSubmatch(text, -1) {
			named = append(named, words[1])
		}
		for _, n := range named {
			if foreign[n] == "" && !slices.Contains(known, n) {
				t.Errorf("%s: %s is no setting", name, n)
			}
		}
	}
}

func TestDocumentsTellDefaults(t *testing.T) {
	for _, name := range documents {
		for line := range strings.Lines(readDocument(t, name).text) {
			words := defaults.FindStringSubmatch(line)
			if words == nil {
				continue
			}
			s, known := setting(words[1])
			if !known || s.Default != "" && s.Default != words[2] {
				t.Errorf("%s: %s has the default %q, not %q", name, words[1], s.Default, words[2])
			}
		}
	}
}

// The list of settings that change while the server runs is that of the table.
func TestDocumentsListLiveSettings(t *testing.T) {
	var want, got []string
	for _, s := range config.Settings() {
		if s.Live {
			want = append(want, s.Path)
		}
	}
	_, section, found := strings.Cut(readDocument(t, "README.md").text, "These take effect at once:")
	list, _, ended := strings.Cut(section, "All others")
	for _, words := range settings.FindAllStringSubmatch(list, -1) {
		got = append(got, words[1])
	}
	if !found || !ended || !slices.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestLinksLeadSomewhere(t *testing.T) {
	for _, name := range documents {
		for _, words := range links.FindAllStringSubmatch(readDocument(t, name).text, -1) {
			if strings.Contains(words[1], "://") {
				continue
			}
			file, at, _ := strings.Cut(words[1], "#")
			target := name
			if file != "" {
				target = filepath.Join(filepath.Dir(name), file)
			}
			if found, _ := filepath.Glob(target); len(found) == 0 {
				t.Errorf("%s: there is no %s", name, words[1])
			} else if at != "" && !slices.Contains(readDocument(t, target).anchors, at) {
				t.Errorf("%s: no heading for %s", name, words[1])
			}
		}
	}
}

// Whoever changes one language changes the other.
func TestBothLanguagesSayTheSame(t *testing.T) {
	english, chinese := readDocument(t, documents[0]), readDocument(t, documents[1])
	if !slices.Equal(english.headings, chinese.headings) {
		t.Errorf("headings\n%s\n%s", english.headings, chinese.headings)
	}
	if !slices.Equal(english.blocks, chinese.blocks) {
		t.Error("the code blocks differ")
	}
	for _, pattern := range []*regexp.Regexp{settings, flags, variables} {
		if a, b := pattern.FindAllString(english.text, -1), pattern.FindAllString(chinese.text, -1); !slices.Equal(a, b) {
			t.Errorf("named are\n%s\n%s", a, b)
		}
	}
	for row, line := range tableCells(english.text) {
		if other := tableCells(chinese.text); row >= len(other) || other[row] != line {
			t.Errorf("tables differ in how many columns row %d has", row)
		}
	}
	others := func(d document) (all []string) {
		for _, words := range links.FindAllStringSubmatch(d.text, -1) {
			if !slices.Contains([]string{"README.md", "README.zh-CN.md"}, words[1]) {
				all = append(all, words[1])
			}
		}
		return all
	}
	if a, b := others(english), others(chinese); !slices.Equal(a, b) {
		t.Errorf("links\n%s\n%s", a, b)
	}
}

// tableCells counts the cells of each row of all tables.
func tableCells(text string) (cells []int) {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "|") {
			cells = append(cells, strings.Count(line, "|"))
		}
	}
	return cells
}

// The make targets exist, and what follows make run starts a server, or ends
// well by itself.
func TestCommandsRun(t *testing.T) {
	t.Parallel()
	var done []string
	for _, line := range commands(t) {
		words := strings.Fields(line)
		if at := slices.Index(words, "make"); at >= 0 {
			wantTarget(t, words[at+1])
		}
		found := arguments.FindStringSubmatch(line)
		if found == nil || slices.Contains(done, line) {
			continue
		}
		done = append(done, line)
		if args := strings.Fields(found[1]); slices.Contains(args, "--help") {
			if out, err := exec.Command(program, args...).CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", line, err, out)
			}
		} else {
			start(t, args...).stop(t)
		}
	}
	if len(done) == 0 {
		t.Error("no document shows how to give flags")
	}
}

// commands are the lines of all shell blocks.
func commands(t *testing.T) (lines []string) {
	for _, name := range documents {
		for _, b := range readDocument(t, name).blocks {
			if b.language == "sh" {
				lines = append(lines, strings.Split(strings.TrimSpace(b.text), "\n")...)
			}
		}
	}
	return lines
}

func wantTarget(t *testing.T, name string) {
	t.Helper()
	if !regexp.MustCompile(`(?m)^` + name + `:`).MatchString(read(t, "../Makefile")) {
		t.Errorf("make %s: no such target", name)
	}
}

// What curl is shown to get has the shape of what it gets.
func TestAnswersAreAsShown(t *testing.T) {
	t.Parallel()
	s := start(t)
	shown := 0
	for _, name := range documents {
		blocks := readDocument(t, name).blocks
		for i, b := range blocks {
			found := curl.FindStringSubmatch(strings.TrimSpace(b.text))
			if found == nil {
				continue
			}
			shown++
			got, want := shape(t, s.get(t, found[1])), shape(t, blocks[i+1].text)
			if blocks[i+1].language != "json" || !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %s answers\n%v, not\n%v", name, found[1], got, want)
			}
		}
	}
	if shown != 4 {
		t.Errorf("%d examples of curl, want 4", shown)
	}
}

// shape keeps names and kinds of a JSON text; the scheme is the kind of a URL.
func shape(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return kinds(value)
}

func kinds(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for name := range v {
			v[name] = kinds(v[name])
		}
	case []any:
		for i := range v {
			v[i] = kinds(v[i])
		}
	case string:
		if scheme, _, _ := strings.Cut(v, ":"); scheme == "stun" || scheme == "turn" {
			return scheme
		}
		return "text"
	case float64:
		return "number"
	}
	return value
}

// The start looks as shown, but for the addresses: on all of the machine, since
// only others than localhost have to come to trust it. One that the certificate is
// not for has a line more, which is not everybody's.
func TestBannerIsAsShown(t *testing.T) {
	t.Parallel()
	names := func(text string) (all []string) {
		for line := range strings.Lines(text) {
			if words := strings.Fields(line); len(words) > 0 && words[0] != "uncovered" && !slices.Contains(all, words[0]) {
				all = append(all, words[0])
			}
		}
		return all
	}
	want := names(start(t, "--http-listen", ":0", "--turn-listen", ":0").banner)
	for _, b := range readDocument(t, documents[0]).blocks {
		if strings.HasPrefix(b.text, "zerortc is ready") {
			if got := names(b.text); !slices.Equal(got, want) {
				t.Errorf("got %s, want %s", got, want)
			}
			return
		}
	}
	t.Error("no document shows the start")
}

// The firewall lines are those that the program prints for its defaults.
func TestFirewallLinesAreThePrinted(t *testing.T) {
	for _, firewall := range []string{"ufw", "firewalld", "nft"} {
		cmd := exec.Command(program, "ports", "--"+firewall)
		cmd.Env = []string{}
		lines, err := cmd.CombinedOutput()
		if err != nil || len(lines) == 0 {
			t.Fatalf("ports --%s: %v\n%s", firewall, err, lines)
		}
		for _, name := range documents {
			if firewall != "ufw" && name != documents[2] {
				continue // the first of them name ufw as an example
			}
			if !strings.Contains(read(t, name), string(lines)) {
				t.Errorf("%s lacks\n%s", name, lines)
			}
		}
	}
}

// The doctor looks at what it is shown to look at.
func TestDoctorIsAsShown(t *testing.T) {
	t.Parallel()
	checks := func(text string) (all []string) {
		for line := range strings.Lines(text) {
			if words := strings.Fields(line); len(words) > 1 && slices.Contains([]string{"ok", "hint", "fault", "skipped"}, words[0]) {
				all = append(all, words[1])
			}
		}
		return all
	}
	cmd := exec.Command(program, "doctor", "--url", start(t).page(t))
	cmd.Env = []string{}
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, b := range readDocument(t, documents[0]).blocks {
		if got := checks(b.text); len(got) > 0 {
			if want := checks(string(out)); !slices.Equal(got, want) {
				t.Errorf("got %s, want %s", got, want)
			}
			return
		}
	}
	t.Error("no document shows the doctor")
}

// Settings shown in YAML are settings.
func TestYAMLIsAccepted(t *testing.T) {
	for _, name := range documents {
		for _, b := range readDocument(t, name).blocks {
			if b.language != "yaml" {
				continue
			}
			if _, _, err := load(b.text); err != nil {
				t.Errorf("%s:\n%s%v", name, b.text, err)
			}
		}
	}
}
