package config

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// disk is a folder in memory, its files readable by their owner alone.
func disk(files map[string]string) func(string) (fs.File, error) {
	folder := fstest.MapFS{}
	for name, content := range files {
		folder[name] = &fstest.MapFile{Data: []byte(content), Mode: 0o600}
	}
	return folder.Open
}

// fromYAML are the sources of one settings file and nothing else.
func fromYAML(content string) Sources {
	return Sources{
		Environ: []string{"ZERORTC_CONFIG=z.yaml"},
		Open:    disk(map[string]string{"z.yaml": content}),
		User:    "tester",
	}
}

// flag are the sources of one flag and nothing else.
func flag(path string, values ...string) Sources {
	return Sources{Flags: map[string][]string{path: values}, Open: disk(nil), User: "tester"}
}

func mustLoad(t *testing.T, src Sources) (Config, []string) {
	t.Helper()
	cfg, warnings, err := Load(src)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return cfg, warnings
}

// loadFaults is the error of a Load, a fault on each line.
func loadFaults(t *testing.T, src Sources) []string {
	t.Helper()
	_, _, err := Load(src)
	if err == nil {
		return nil
	}
	if _, ok := err.(Faults); !ok {
		t.Fatalf("error is a %T, want Faults", err)
	}
	return strings.Split(err.Error(), "\n")
}

// wantLines compares lists line by line: each must begin with what is wanted.
func wantLines(t *testing.T, got []string, want ...string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			t.Errorf("missing: %s", want[i])
		case i >= len(want):
			t.Errorf("too much: %s", got[i])
		case !strings.HasPrefix(got[i], want[i]):
			t.Errorf("got  %s\nwant %s…", got[i], want[i])
		}
	}
}
