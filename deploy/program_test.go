package deploy

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// program is zerortc as the Dockerfile builds it: with its very command, from
// nothing but what it copies. Every test that needs a server uses it.
var program string

func TestMain(m *testing.M) {
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	folder, err := os.MkdirTemp("", "zerortc-deploy")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	program = filepath.Join(folder, "zerortc")
	if err := build(filepath.Join(folder, "src")); err != nil {
		fmt.Fprintf(os.Stderr, "building as deploy/Dockerfile does: %v\n", err)
		return 1
	}
	return m.Run()
}

func build(source string) error {
	stages, err := readDockerfile()
	if err != nil {
		return err
	}
	for _, copied := range stages[0].all("COPY") {
		words := strings.Fields(copied)
		for _, name := range words[:len(words)-1] {
			if err := copyTree(filepath.Join(source, name), filepath.Join("..", name)); err != nil {
				return err
			}
		}
	}
	for _, run := range stages[0].all("RUN") {
		command, found := strings.CutSuffix(run, " -o /zerortc ./cmd/zerortc")
		if !found {
			continue
		}
		shell := exec.Command("sh", "-c", command+" -o '"+program+"' ./cmd/zerortc")
		shell.Dir = source
		if out, err := shell.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", command, err, out)
		}
		return nil
	}
	return fmt.Errorf("no RUN that builds /zerortc")
}

// copyTree leaves out what Dockerfile.dockerignore does.
func copyTree(to, from string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(from, path)
		switch {
		case d.IsDir() && (d.Name() == "testdata" || path == filepath.Join("..", "web", "e2e")):
			return filepath.SkipDir
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		case strings.HasSuffix(path, "_test.go"):
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o755); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), content, 0o644)
	})
}

// stage is what stands between one FROM of the Dockerfile and the next, FROM
// included.
type stage [][2]string // instruction, arguments

func (s stage) all(instruction string) (arguments []string) {
	for _, line := range s {
		if line[0] == instruction {
			arguments = append(arguments, line[1])
		}
	}
	return arguments
}

func readDockerfile() (stages []stage, err error) {
	content, err := os.ReadFile("Dockerfile")
	if err != nil {
		return nil, err
	}
	line := regexp.MustCompile(`^([A-Z]+) (.*[^\\])$`)
	for text := range strings.Lines(string(content)) {
		text = strings.TrimSpace(text)
		if text == "" || text[0] == '#' {
			continue
		}
		words := line.FindStringSubmatch(text)
		if words == nil {
			return nil, fmt.Errorf("a line that this test does not understand: %s", text)
		}
		if words[1] == "FROM" {
			stages = append(stages, nil)
		}
		if len(stages) == 0 {
			return nil, fmt.Errorf("a line before FROM: %s", text)
		}
		last := len(stages) - 1
		stages[last] = append(stages[last], [2]string{words[1], words[2]})
	}
	if len(stages) != 2 {
		return nil, fmt.Errorf("%d stages, want 2", len(stages))
	}
	return stages, nil
}
