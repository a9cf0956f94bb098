package deploy

import (
	"crypto/md5"
	"fmt"
	"io/fs"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/goccy/go-yaml"

	"zerortc/config"
)

const exampleFile = "zerortc.example.yaml"

// example is a setting of the example file.
type example struct {
	path, defaults string
	first, after   int // its lines: first is the one with its name
}

var (
	sectionLine = regexp.MustCompile(`^([a-z]+):$`)
	settingLine = regexp.MustCompile(`^( *)#([a-z][a-z-]*):( .+)?$`)
	itemLine    = regexp.MustCompile(`^ *#- .+$`)
	proseLine   = regexp.MustCompile(`^ *#( .*)?$`)
	defaultLine = regexp.MustCompile(`^ *# Default: (.+)$`)
)

// examples reads the file by the convention told at its head.
func examples(t *testing.T, lines []string) (all []example) {
	t.Helper()
	section := ""
	for i, line := range lines {
		switch {
		case sectionLine.MatchString(line):
			section = sectionLine.FindStringSubmatch(line)[1] + "."
		case settingLine.MatchString(line):
			words := settingLine.FindStringSubmatch(line)
			if words[1] == "" {
				section = ""
			}
			defaults := defaultLine.FindStringSubmatch(lines[i-1])
			if defaults == nil {
				t.Fatalf("line %d: no default is told on the line before %s", i+1, line)
			}
			all = append(all, example{path: section + words[2], defaults: defaults[1], first: i, after: i + 1})
		case itemLine.MatchString(line):
			all[len(all)-1].after = i + 1
		case line != "" && !proseLine.MatchString(line):
			t.Fatalf("line %d is neither words nor a setting: %s", i+1, line)
		}
	}
	return all
}

// uncommented is the file with the # of these settings taken away.
func uncommented(lines []string, settings ...example) string {
	lines = append([]string(nil), lines...)
	for _, s := range settings {
		for i := s.first; i < s.after; i++ {
			lines[i] = strings.Replace(lines[i], "#", "", 1)
		}
	}
	return strings.Join(lines, "\n")
}

// load is config.Load with the text as settings file, and the files that the
// examples name beside it.
func load(content string) (config.Config, []string, error) {
	files := fstest.MapFS{
		"zerortc.yaml":               {Data: []byte(content), Mode: 0o600},
		"etc/zerortc/turn-users":     {Data: []byte("# users\nbob:a-password\n"), Mode: 0o600},
		"etc/zerortc/turn-secrets":   {Data: []byte("a-secret-that-is-long-enough\n"), Mode: 0o600},
		"etc/zerortc/invite-secrets": {Data: []byte("another-secret-that-is-long-enough\n"), Mode: 0o600},
	}
	return config.Load(config.Sources{
		Flags: map[string][]string{"config": {"zerortc.yaml"}},
		Open:  func(name string) (fs.File, error) { return files.Open(strings.TrimPrefix(name, "/")) },
		User:  "zerortc",
	})
}

func TestExampleStartsAServer(t *testing.T) {
	t.Parallel()
	s := start(t, "--config", exampleFile)
	if !strings.Contains(s.get(t, "/api/ice"), `"iceServers"`) {
		t.Error("no ICE list")
	}
	s.wantNoWarning(t)
	s.stop(t)
}

func TestExampleChangesNothing(t *testing.T) {
	got, warnings, err := load(read(t, exampleFile))
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	want, _, err := config.Load(config.Sources{})
	if err != nil {
		t.Fatal(err)
	}
	want.File = got.File
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// The file has every setting of the table, in its order, with its default, and
// none that the table does not know.
func TestExampleHasEverySetting(t *testing.T) {
	var got, want []string
	for _, e := range examples(t, strings.Split(read(t, exampleFile), "\n")) {
		got = append(got, e.path)
		s, known := setting(e.path)
		switch {
		case !known:
			t.Errorf("%s is no setting", e.path)
		case s.Default != "" && s.Default != e.defaults:
			t.Errorf("%s: default %q, want %q", e.path, e.defaults, s.Default)
		}
	}
	for _, s := range config.Settings() {
		if !s.NotInFile {
			want = append(want, s.Path)
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Each example is a value that its setting takes, alone and with all others.
func TestExampleUncommented(t *testing.T) {
	lines := strings.Split(read(t, exampleFile), "\n")
	all := examples(t, lines)
	for _, e := range all {
		if _, _, err := load(uncommented(lines, e)); err != nil {
			t.Errorf("%s alone: %v", e.path, err)
		}
	}
	content := uncommented(lines, all...)
	if _, _, err := load(content); err != nil {
		t.Fatal(err)
	}
	var tree map[string]any
	if err := yaml.Unmarshal([]byte(content), &tree); err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		section, leaf, inSection := strings.Cut(e.path, ".")
		value := tree[section]
		if under, ok := value.(map[string]any); ok && inSection {
			value = under[leaf]
		}
		if value == nil {
			t.Errorf("%s is not set", e.path)
		}
	}
}

// The key shown in place of a password is the one that the lines above it tell.
func TestExampleKeyIsOne(t *testing.T) {
	text := read(t, exampleFile)
	told := regexp.MustCompile(`printf %s ((carol):\S+) \| md5sum`).FindStringSubmatch(text)
	if told == nil {
		t.Fatal("it is not told how to make a key")
	}
	if user := fmt.Sprintf("#- %s:0x%x\n", told[2], md5.Sum([]byte(told[1]))); !strings.Contains(text, user) {
		t.Errorf("there is no %s", user)
	}
}

func setting(path string) (config.Setting, bool) {
	for _, s := range config.Settings() {
		if s.Path == path {
			return s, true
		}
	}
	return config.Setting{}, false
}
