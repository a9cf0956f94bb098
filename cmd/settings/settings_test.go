package settings

import (
	"encoding/json"
	"io/fs"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"zerortc/config"
	"zerortc/deploy"
)

// load reads a settings file.
func load(t *testing.T, yaml string) (config.Sources, config.Config) {
	t.Helper()
	files := fstest.MapFS{"z.yaml": {Data: []byte(yaml), Mode: 0o600}}
	src := config.Sources{
		Flags: map[string][]string{"config": {"z.yaml"}},
		Open:  func(name string) (fs.File, error) { return files.Open(name) },
	}
	cfg, _, err := config.Load(src)
	if err != nil {
		t.Fatalf("%v in\n%s", err, yaml)
	}
	return src, cfg
}

const some = `http:
  listen: [":9002", "[::1]:9003"]
  origins: ["*", "null", https://app.example.org]
turn:
  realm: "a: b # c"
  peers-deny: 10.0.0.0/8
  max-allocations: 50%
  public-ip: 10.0.0.7=dns:call.example.org
ice: {ttl: 90}
tls: {mode: "off"}
state-dir: /tmp/a b
log: {level: debug}
`

// What is shown is read again as what it was, with the sources and without.
func TestShowIsReadAgain(t *testing.T) {
	for _, yaml := range []string{"", some} {
		for _, sources := range []bool{false, true} {
			src, want := load(t, yaml)
			values, _, err := config.Explain(src)
			if err != nil {
				t.Fatal(err)
			}
			var shown strings.Builder
			if err := Show(&shown, values, sources); err != nil {
				t.Fatal(err)
			}
			if _, got := load(t, shown.String()); !reflect.DeepEqual(got, want) {
				t.Errorf("got  %+v\nwant %+v\nfrom\n%s", got, want, shown.String())
			}
		}
	}
}

func TestShow(t *testing.T) {
	src, _ := load(t, "turn:\n  users: [\"alice:hunter2\"]\n  realm: here\n")
	values, _, err := config.Explain(src)
	if err != nil {
		t.Fatal(err)
	}
	var shown strings.Builder
	if err := Show(&shown, values, true); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"http:\n  listen:\n  - \":9001\"  # default\n  #origins:  # unset\n",
		"  users:\n  - \"alice:***\"  # z.yaml:2:11\n", "  realm: here  # z.yaml:3:10\n", "#state-dir:  # unset\n",
	} {
		if !strings.Contains(shown.String(), want) {
			t.Errorf("no %s in\n%s", want, shown.String())
		}
	}
	if strings.Contains(shown.String(), "hunter2") {
		t.Error("shows the secret")
	}
}

// judge has a JSON Schema library, which is not ours, judge settings files.
const judge = `
import json, sys, yaml, jsonschema
asked = json.load(sys.stdin)
jsonschema.Draft7Validator.check_schema(asked["schema"])
validator = jsonschema.Draft7Validator(asked["schema"])
json.dump(["; ".join(e.message for e in validator.iter_errors(yaml.safe_load(f))) for f in asked["files"]], sys.stdout)
`

// The schema takes what the server takes, and finds slips.
func TestSchema(t *testing.T) {
	var schema strings.Builder
	if err := WriteSchema(&schema); err != nil {
		t.Fatal(err)
	}
	files := []struct {
		yaml string
		good bool
	}{
		{"{}", true},
		{deploy.ExampleSettings, true},
		{some, true},
		{"turn:\n  max-permissions: 7\n  max-allocations: 90%\n  realm: 1234\n", true},
		{"turn:\n", true},
		{"turn: {reallm: x}", false},
		{"turrn: {realm: x}", false},
		{"turn: {max-permissions: many}", false},
		{"turn: {max-permissions: -1}", false},
		{"turn: {peers-mode: loose}", false},
		{"turn: {realm: [a, b]}", false},
		{"http: {listen: []}", false},
		{"config: other.yaml", false},
	}
	var texts []string
	for _, f := range files {
		texts = append(texts, f.yaml)
	}
	asked, err := json.Marshal(map[string]any{"schema": json.RawMessage(schema.String()), "files": texts})
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("/usr/bin/python3", "-c", judge)
	command.Stdin = strings.NewReader(string(asked))
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s\n%s", err, out, err.(*exec.ExitError).Stderr)
	}
	var faults []string
	if err := json.Unmarshal(out, &faults); err != nil {
		t.Fatal(err)
	}
	for i, f := range files {
		if (faults[i] == "") != f.good {
			t.Errorf("%q: %s", f.yaml, faults[i])
		}
	}
}

// Every setting of the file is in it, with what there is to know.
func TestSchemaHasEverySetting(t *testing.T) {
	var text strings.Builder
	if err := WriteSchema(&text); err != nil {
		t.Fatal(err)
	}
	var whole struct{ Properties map[string]map[string]any }
	if err := json.Unmarshal([]byte(text.String()), &whole); err != nil {
		t.Fatal(err)
	}
	for _, s := range config.Settings() {
		section, name, inSection := strings.Cut(s.Path, ".")
		found := whole.Properties[section]
		if inSection {
			found, _ = found["properties"].(map[string]any)[name].(map[string]any)
		}
		if s.NotInFile {
			continue
		}
		description, _ := found["description"].(string)
		if s.Live != strings.Contains(description, "on reload") || found["default"] != nil && found["default"] != s.Default {
			t.Errorf("%s: %v", s.Path, found)
		}
	}
}
