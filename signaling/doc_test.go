package signaling

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestMapIsWhole: the package comment names every file, and no other.
func TestMapIsWhole(t *testing.T) {
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, line := range regexp.MustCompile(`(?m)^//\t(\S+\.go) `).FindAllStringSubmatch(string(text), -1) {
		matches, _ := filepath.Glob(line[1])
		for _, file := range matches {
			listed[file] = true
		}
		if len(matches) == 0 {
			t.Errorf("%s is no file", line[1])
		}
	}
	for _, file := range files {
		if file != "doc.go" && !strings.HasSuffix(file, "_test.go") && !listed[file] {
			t.Errorf("%s is not on the map", file)
		}
	}
}
