package manual

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"
)

// Shells are those there are completions for.
func Shells() []string { return []string{"bash", "zsh", "fish"} }

// Completion is the script that teaches a shell the command line, or empty for a
// shell that is not known. byDefault is the command that runs where none is given.
func Completion(shell string, app *cli.App, byDefault string) string {
	root := tree(app, byDefault)
	switch shell {
	case "bash":
		return bash(root)
	case "zsh":
		return zsh(root)
	case "fish":
		return fish(root)
	}
	return ""
}

// Every script goes along the words before the one that is being typed, and keeps
// the path of the command they lead to.

func bash(root command) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# bash completion for %[1]s. Made by: %[1]s completion bash
_%[1]s() {
    local IFS=$' \t\n' current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} at=%[1]s words= i
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "$at ${COMP_WORDS[i]}" in
        %[2]s) at+=" ${COMP_WORDS[i]}" ;;
        esac
    done
    COMPREPLY=()
    case $before in
`, root.name, anyOf(root.paths(), `"`))
	for _, row := range []struct {
		kind completed
		does string
	}{
		{files, `compopt -o filenames 2>/dev/null; IFS=$'\n'; COMPREPLY=($(compgen -f -- "$current")); return`},
		{folders, `compopt -o filenames 2>/dev/null; IFS=$'\n'; COMPREPLY=($(compgen -d -- "$current")); return`},
		{nothing, `return`},
	} {
		if flags := root.valued(row.kind); len(flags) > 0 {
			fmt.Fprintf(&b, "    %s) %s ;;\n", anyOf(flags, ""), row.does)
		}
	}
	b.WriteString("    esac\n    case $at in\n")
	root.each(func(c command) {
		var words []string
		for _, child := range c.children {
			words = append(words, child.name)
		}
		for _, f := range c.flags {
			words = append(words, f.dashed()[0])
		}
		fmt.Fprintf(&b, "    %q) words=%q ;;\n", c.path, strings.Join(words, " "))
	})
	fmt.Fprintf(&b, `    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _%[1]s %[1]s
`, root.name)
	return b.String()
}

func zsh(root command) string {
	var b strings.Builder
	fmt.Fprintf(&b, `#compdef %[1]s
# zsh completion for %[1]s. Made by: %[1]s completion zsh
_%[1]s() {
  local at=%[1]s word
  local -a commands flags
  for word in ${words[2,CURRENT-1]}; do
    case "$at $word" in
    (%[2]s) at="$at $word" ;;
    esac
  done
  case ${words[CURRENT-1]} in
`, root.name, anyOf(root.paths(), `"`))
	for _, row := range []struct {
		kind completed
		does string
	}{{files, "_files"}, {folders, "_files -/"}, {nothing, "_message value"}} {
		if flags := root.valued(row.kind); len(flags) > 0 {
			fmt.Fprintf(&b, "  (%s) %s; return ;;\n", anyOf(flags, ""), row.does)
		}
	}
	b.WriteString("  esac\n  case $at in\n")
	root.each(func(c command) {
		fmt.Fprintf(&b, "  (%q)\n    commands=(", c.path)
		for _, child := range c.children {
			fmt.Fprintf(&b, "\n      %s", quoted(child.name+":"+child.usage))
		}
		b.WriteString(")\n    flags=(")
		for _, f := range c.flags {
			fmt.Fprintf(&b, "\n      %s", quoted(f.dashed()[0]+":"+f.usage))
		}
		b.WriteString(") ;;\n")
	})
	fmt.Fprintf(&b, `  esac
  if [[ $PREFIX == -* ]] || (( ! $#commands )); then
    _describe flag flags
  else
    _describe command commands
  fi
}
if [[ $funcstack[1] == _%[1]s ]]; then
  _%[1]s "$@" # loaded by its name
else
  compdef _%[1]s %[1]s
fi
`, root.name)
	return b.String()
}

func fish(root command) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# fish completion for %[1]s. Made by: %[1]s completion fish
function __%[1]s_at
    set -l at %[1]s
    set -l words (commandline -opc)
    for word in $words[2..-1]
        switch "$at $word"
            case %[2]s
                set at "$at $word"
        end
    end
    test "$at" = "$argv[1]"
end
complete -c %[1]s -f
`, root.name, spaced(root.paths()))
	root.each(func(c command) {
		at := fmt.Sprintf("complete -c %s -n %s", root.name, quoted("__"+root.name+"_at "+`"`+c.path+`"`))
		for _, child := range c.children {
			fmt.Fprintf(&b, "%s -a %s -d %s\n", at, child.name, quoted(child.usage))
		}
		for _, f := range c.flags {
			b.WriteString(at)
			for _, name := range f.names {
				option := "-l"
				if len(name) == 1 {
					option = "-s"
				}
				fmt.Fprintf(&b, " %s %s", option, name)
			}
			switch {
			case f.completed() == files:
				b.WriteString(" -r -F")
			case f.completed() == folders:
				b.WriteString(" -x -a '(__fish_complete_directories)'")
			case f.value != "":
				b.WriteString(" -x")
			}
			fmt.Fprintf(&b, " -d %s\n", quoted(f.usage))
		}
	})
	return b.String()
}

// anyOf is a pattern of a shell's case.
func anyOf(words []string, quote string) string {
	return quote + strings.Join(words, quote+"|"+quote) + quote
}

func spaced(words []string) string {
	for i := range words {
		words[i] = quoted(words[i])
	}
	return strings.Join(words, " ")
}

// quoted is a text in single quotes, as all three shells take it.
func quoted(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
