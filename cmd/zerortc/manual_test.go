package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zerortc/cmd/manual"
	"zerortc/config"
)

// completer asks a shell what it would offer behind a line; the scripts are in a
// folder, by the names that the shells look for.
var completers = map[string]func(folder, line string) *exec.Cmd{
	"bash": func(folder, line string) *exec.Cmd {
		return exec.Command("bash", "--norc", "-c", `. "$0/bash"; COMP_WORDS=($1); [[ $1 == *" " ]] && COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _zerortc; printf '%s\n' "${COMPREPLY[@]}"`, folder, line)
	},
	// zsh offers in a terminal only; zpty is one.
	"zsh": func(folder, line string) *exec.Cmd {
		return exec.Command("zsh", "-f", "-c", `zmodload zsh/zpty; zpty z zsh -f -i
zpty -w z "PS1=line'> '; bindkey '^I' list-choices; LISTMAX=9999; autoload -U compinit; compinit -u -d $0/dump; . $0/zsh"
zpty -r z seen '*line> *' # it reads keys from now on
zpty -n -w z "$1"$'\t'
zpty -n -w z $'\x15'$'echo do''ne\n'
zpty -r z seen '*done*'; print -r -- $seen`, folder, line)
	},
	"fish": func(folder, line string) *exec.Cmd {
		return exec.Command("fish", "--no-config", "-c", `source $argv[1]/fish; complete -C $argv[2]`, folder, line)
	},
}

// Every shell offers the commands, what is below them, flags, and those of the
// default command where none is given.
func TestCompletion(t *testing.T) {
	folder := t.TempDir()
	for _, shell := range manual.Shells() {
		code, script, stderr := inProcess(nil, "completion", shell)
		if code != exitOK || stderr != "" {
			t.Fatalf("%s: exit code %d, %s", shell, code, stderr)
		}
		if err := os.WriteFile(filepath.Join(folder, shell), []byte(script), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "settings-here"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ line, want, not string }{
		{"zerortc ", "serve", "mobileconfig"},
		{"zerortc ca ", "export", "serve"},
		{"zerortc ca export --f", "--format", "--http-listen"},
		{"zerortc serve --turn-re", "--turn-relay-ports", "--http-listen"},
		{"zerortc --turn-re", "--turn-relay-ports", "--http-listen"},
		{"zerortc completion ", "fish", "serve"},
		{"zerortc serve --config " + folder + "/settings", "settings-here", "--http-listen"},
		{"zerortc serve --turn-realm ", "", "--http-listen"},
	} {
		for shell, complete := range completers {
			cmd := complete(folder, row.line)
			cmd.Env = append(os.Environ(), "HOME="+folder, "TERM=dumb", "COLUMNS=200", "LINES=500")
			out, err := cmd.CombinedOutput()
			offered := string(out)
			if err != nil || !strings.Contains(offered, row.want) || strings.Contains(offered, row.not) {
				t.Errorf("%s: %q offers %q, %v; want %s and not %s", shell, row.line, offered, err, row.want, row.not)
			}
		}
	}
	if len(completers) != len(manual.Shells()) {
		t.Errorf("shells are %s", manual.Shells())
	}
}

// The page can be shown without complaint and has every command and setting.
func TestManual(t *testing.T) {
	code, page, stderr := inProcess(nil, "man")
	if code != exitOK || stderr != "" {
		t.Fatalf("exit code %d, %s", code, stderr)
	}
	file := filepath.Join(t.TempDir(), "zerortc.8")
	if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	show := exec.Command("man", "--warnings", "-E", "ascii", "-l", file)
	show.Env = append(os.Environ(), "MANWIDTH=1000", "PAGER=cat")
	var complaints strings.Builder
	show.Stderr = &complaints
	out, err := show.Output()
	if err != nil || complaints.String() != "" {
		t.Errorf("%v, %s", err, complaints.String())
	}
	words := strings.Fields(string(out))
	for _, s := range config.Settings() {
		for _, name := range []string{s.Path, "--" + s.Flag() + ",", s.Env()} {
			if !s.NotInFile && !slices.Contains(words, name) {
				t.Errorf("the page lacks %s", name)
			}
		}
	}
	for _, command := range newApp(process{}).Commands {
		if !strings.Contains(string(out), "zerortc "+command.Name) {
			t.Errorf("the page lacks zerortc %s", command.Name)
		}
	}
}
