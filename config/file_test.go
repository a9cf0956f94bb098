package config

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

const niceFile = `# Settings of the house.
http:
  listen:
    - :9001            # the page
    - "[::1]:9002"
  origins: ["https://app.example.org", 'null', "*"]

turn:
  users:
    - alice:wonder#land
  secrets:
    - 0123456789012345
  relay-ports: 50000-50999
  peers-deny:
  - 10.0.0.0/8
ice:
  ttl: 7200
tls:
  mode: off
log:
  # level: debug
state-dir: /var/lib/zerortc
`

func TestFile(t *testing.T) {
	for _, ends := range []string{"\n", "\r\n"} {
		cfg, _ := mustLoad(t, fromYAML("\ufeff"+strings.ReplaceAll(niceFile, "\n", ends)))
		if want := []string{":9001", "[::1]:9002"}; !reflect.DeepEqual(cfg.HTTP.Listen, want) {
			t.Errorf("http.listen %q", cfg.HTTP.Listen)
		}
		if want := (Origins{"https://app.example.org", "null", "*"}); !reflect.DeepEqual(cfg.HTTP.Origins, want) {
			t.Errorf("http.origins %q", cfg.HTTP.Origins)
		}
		if want := []User{{"alice", NewSecret("wonder#land")}}; !reflect.DeepEqual(cfg.TURN.Users, want) {
			t.Error("turn.users is not alice")
		}
		if want := []Secret{NewSecret("0123456789012345")}; !reflect.DeepEqual(cfg.TURN.Secrets, want) {
			t.Error("turn.secrets lost its zero")
		}
		if cfg.ICE.TTL != 2*time.Hour || cfg.TLS.Mode != "off" || cfg.StateDir != "/var/lib/zerortc" {
			t.Errorf("got %+v", cfg)
		}
	}
}

func TestFileWithoutSettings(t *testing.T) {
	for _, content := range []string{"", "\n", "# nothing\n", "---\n", "# nothing\n---\nturn:\n", "null", "{}", "turn: {}"} {
		if got := loadFaults(t, fromYAML(content)); got != nil {
			t.Errorf("%q: %s", content, got)
		}
	}
}

func TestFileFaults(t *testing.T) {
	for _, row := range []struct {
		name, content string
		want          []string
	}{
		{"unknown section", "trun:\n  realm: x\n", []string{`1:1: "trun" is no setting; did you mean turn?`}},
		{"unknown in a section", "turn:\n  relay_ports: 1-2\n", []string{`2:3: "turn.relay_ports" is no setting; did you mean turn.relay-ports?`}},
		{"in no section", "relay-ports: 1-2\n", []string{`1:1: "relay-ports" is no setting; did you mean turn.relay-ports?`}},
		{"in another section", "ice:\n  realm: x\n", []string{`2:3: "ice.realm" is no setting; did you mean turn.realm?`}},
		{"with a dot", "turn.realm: x\n", []string{`1:1: "turn.realm" is no setting; write "realm:" under "turn:"`}},
		{"nothing like it", "colour: red\n", []string{`1:1: "colour" is no setting; zerortc serve --help lists the settings`}},
		{"config in the file", "config: x\n", []string{`1:1: "config" is no setting`}},
		{"twice", "turn:\n  realm: a\n  realm: b\n", []string{`3:3: "realm" is given a second time, after line 2; keep one`}},
		{"section twice", "turn:\n  realm: a\nice:\n  ttl: 1\nturn:\n  realm: b\n", []string{`5:1: "turn" is given a second time, after line 1`}},
		{"several", "turn:\n  realm:\nice:\n  ttl: x\n  tll: 1\n", []string{
			`2:9: turn.realm wants text and has nothing; write one value`,
			`5:3: "ice.tll" is no setting; did you mean ice.ttl?`,
			`4:8: ice.ttl: "x" is not a time`}},
		{"list for a value", "turn:\n  realm: [a, b]\n", []string{`2:10: turn.realm wants text and has a list`}},
		{"empty list", "turn:\n  listen: []\n", []string{`2:3: turn.listen wants a list and has an empty one`}},
		{"null in a list", "turn:\n  listen:\n    -\n    - ~\n    - :1\n", []string{
			`3:6: turn.listen wants text and has nothing`, `4:7: turn.listen wants text and has nothing`}},
		{"mapping for a value", "turn:\n  realm:\n    a: b\n", []string{`3:6: turn.realm wants text and has name: value`}},
		{"mapping in a list", "turn:\n  users:\n    - alice: x\n", []string{`3:12: turn.users wants text and has name: value (quote`}},
		{"value for a section", "turn: on\n", []string{`1:7: turn has no settings but a single value; write lines of name: value under it`}},
		{"list for a section", "turn:\n  - realm: x\n", []string{`2:3: turn has no settings but a list`}},
		{"list for the file", "- turn\n", []string{`1:1: the file has no settings but a list`}},
		{"text for the file", "turn\n", []string{`1:1: the file has no settings but a single value`}},
		{"several lines", "turn:\n  users:\n    - alice:x\n      bob:y\n", []string{`3:7: is text that runs over several lines; write each value on one line`}},
		{"block", "turn:\n  realm: |\n    x\n", []string{`2:10: uses a block of text; write the value on one line`}},
		{"block of several lines", "turn:\n  realm: >-\n    x\n    y\n", []string{`2:10: uses a block of text`}},
		{"lone star", "http:\n  origins:\n    - *\n", []string{`3:7: uses an anchor or alias of YAML; write the value out; a lone * needs quotes`}},
		{"merge", "turn:\n  <<: x\n", []string{`2:3: uses an anchor or alias`}},
		{"tag", "turn:\n  realm: !!str x\n", []string{`2:10: uses a tag of YAML`}},
		{"directive", "%YAML 1.2\n---\n", []string{`1:1: uses a directive of YAML`}},
		{"complex key", "? turn\n: x\n", []string{`1:1: uses a complex key of YAML`}},
		{"two documents", "turn:\n---\nice:\n", []string{`2:1: begins a second document; keep all settings in one`}},
		{"end of document", "turn:\n...\n", []string{`2:1: ends the document`}},
		{"list in a list", "turn:\n  listen:\n    - - :1\n", []string{`3:7: is a list inside a list`}},
		{"address without quotes", "turn:\n  listen:\n    - [::1]:3478\n", []string{`3:12: is not YAML here: value is not allowed in this context; check the indentation, and put`}},
		{"tab", "turn:\n\trealm: x\n", []string{`2:1: is not YAML here; indent with spaces`}},
		{"open quote", "turn:\n  realm: \"x\n", []string{`2:10: is not YAML here; indent with spaces, close each quote`}},
		{"not UTF-8", "turn:\n  realm: caf\xe9\n", []string{`2:1: holds bytes that are no text; save the file as UTF-8`}},
		{"UTF-16", "\xff\xfet\x00u\x00", []string{`1:1: holds bytes that are no text`}},
		{"null byte", "turn:\n\n  realm: x\x00\n", []string{`3:1: holds bytes that are no text`}},
		{"control character by escape", `turn: {realm: "a\nb"}`, []string{`1:15: turn.realm: holds bytes that are no text; write it as UTF-8 on one line`}},
	} {
		t.Run(row.name, func(t *testing.T) {
			for i, want := range row.want {
				row.want[i] = "z.yaml:" + want
			}
			wantLines(t, loadFaults(t, fromYAML(row.content)), row.want...)
		})
	}
}

// What would eat the machine in the YAML library never reaches it.
func TestHostileFiles(t *testing.T) {
	bomb := "a: &a [x, x]\n"
	for i := range 30 {
		bomb += fmt.Sprintf("b%d: &b%d [*a, *a, *a, *a]\n", i, i)
	}
	for _, row := range []struct{ name, content, want string }{
		{"aliases", bomb, "z.yaml:1:4: uses an anchor or alias"},
		{"deep list", strings.Repeat("[", maxFileSize), "z.yaml:1:4: nests too deep"},
		{"deep mapping", strings.Repeat("{a: ", maxFileSize/4), "z.yaml:1:13: nests too deep"},
		{"deep dashes", strings.Repeat("- ", maxFileSize/2), "z.yaml:1:3: is a list inside a list"},
		{"deep lines", staircase(), "z.yaml:"},
		{"keys", strings.Repeat("a:\n", maxFileSize/3), "z.yaml:201:2: nests too deep or has too many keys"},
		{"tags", strings.Repeat("!a ", maxFileSize/3), "z.yaml:1:1: uses a tag"},
		{"commas", "[" + strings.Repeat(",", maxFileSize-1), "z.yaml:1:2: is not YAML here"},
		{"documents", strings.Repeat("a: b\n---\n", maxFileSize/9), "z.yaml:2:1: begins a second document"},
		{"size", strings.Repeat("#", maxFileSize+1), "z.yaml: is larger than 64 KiB; put users and secrets into files of their own"},
	} {
		t.Run(row.name, func(t *testing.T) {
			start := time.Now()
			got := loadFaults(t, fromYAML(row.content))
			if len(got) == 0 || !strings.HasPrefix(got[0], row.want) {
				t.Errorf("got %.200q", got)
			}
			if len(got) > maxFaults+1 {
				t.Errorf("%d faults", len(got))
			}
			t.Log(time.Since(start))
		})
	}
}

// staircase nests by indentation as deep as a file may be large.
func staircase() string {
	var steps strings.Builder
	for i := 0; steps.Len() < maxFileSize-500; i++ {
		steps.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return steps.String()
}

func FuzzFile(f *testing.F) {
	f.Add([]byte(niceFile))
	f.Fuzz(func(t *testing.T, content []byte) {
		lines := strings.Count(string(content), "\n") + strings.Count(string(content), "\r") + 1
		all, faults := parseFile(Settings(), "z.yaml", content)
		if len(faults) > maxFaults+1 {
			t.Errorf("%d faults", len(faults))
		}
		for _, fault := range faults {
			line, column := 1, 1
			if fault.Where != "z.yaml" {
				if _, err := fmt.Sscanf(fault.Where, "z.yaml:%d:%d", &line, &column); err != nil {
					t.Errorf("nowhere: %v", fault)
				}
			}
			if line < 1 || line > lines || column < 1 || strings.ContainsAny(fault.Error(), "\n\r") {
				t.Errorf("of %d lines: %q", lines, fault.Error())
			}
		}
		for _, g := range all {
			if len(g.texts) == 0 && len(faults) == 0 {
				t.Errorf("%s has no value and no fault", g.setting.Path)
			}
		}
		Load(fromYAML(string(content)))
	})
}
