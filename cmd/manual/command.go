// Package manual writes what explains the command line from the command line
// itself: completions for bash, zsh and fish, and the manual page. They are made
// when they are asked for, so that they know every command and setting of the
// program that made them, and completing runs no program.
//
// What comes in is the tree of commands as the library has it, read once into a
// shape of our own (command.go); what goes out is text. There is no state.
package manual

import (
	"strings"

	"github.com/urfave/cli/v2"
)

// command is a command as a manual shows it.
type command struct {
	path     string // all of it: zerortc ca show
	name     string
	usage    string
	synopsis string
	about    string
	flags    []flag
	children []command
}

// flag is a flag of a command.
type flag struct {
	names []string // without dashes, the long one first
	usage string
	value string // the placeholder of its value; empty: it takes none
	byDef string
}

// flagOf reads a flag of the library's. Those that a command's help leaves to the
// help of another are completed all the same.
func flagOf(f cli.Flag) (flag, bool) {
	known, ok := f.(cli.DocGenerationFlag)
	if !ok {
		return flag{}, false
	}
	usage, value := known.GetUsage(), ""
	if before, rest, found := strings.Cut(usage, "`"); found {
		if name, after, closed := strings.Cut(rest, "`"); closed {
			usage, value = before+name+after, name
		}
	}
	switch {
	case !known.TakesValue():
		value = ""
	case value == "":
		value = "VALUE"
	}
	return flag{names: f.Names(), usage: usage, value: value, byDef: known.GetDefaultText()}, true
}

var helpFlag = flag{names: []string{"help", "h"}, usage: "explain the command"}

// tree reads the whole command line. Its first command is the program itself,
// which takes the flags of its default command too.
func tree(app *cli.App, byDefault string) command {
	root := command{path: app.Name, name: app.Name, usage: app.Usage, synopsis: app.UsageText}
	root.children = children(app.Name, app.Commands)
	for _, c := range root.children {
		if c.name == byDefault {
			root.flags = append(root.flags, c.flags...)
		}
	}
	root.flags = append(root.flags, flag{names: []string{"version", "v"}, usage: "print the version"})
	return root
}

func children(path string, all []*cli.Command) (list []command) {
	for _, c := range all {
		if c.Hidden || c.Name == "help" {
			continue
		}
		read := command{
			path: path + " " + c.Name, name: c.Name, usage: c.Usage, synopsis: c.UsageText, about: c.Description,
		}
		if read.synopsis == "" {
			read.synopsis = read.path + " [flags]"
		}
		for _, f := range c.Flags {
			if known, visible := flagOf(f); visible && known.names[0] != "help" {
				read.flags = append(read.flags, known)
			}
		}
		read.flags = append(read.flags, helpFlag)
		read.children = children(read.path, c.Subcommands)
		list = append(list, read)
	}
	return list
}

// each calls do for the command and all below it.
func (c command) each(do func(command)) {
	do(c)
	for _, child := range c.children {
		child.each(do)
	}
}

// dashed are the flag's names as they are typed.
func (f flag) dashed() (all []string) {
	for _, name := range f.names {
		if len(name) == 1 {
			all = append(all, "-"+name)
		} else {
			all = append(all, "--"+name)
		}
	}
	return all
}

// What a flag's value is completed with.
type completed int

const (
	nothing completed = iota
	files
	folders
)

func (f flag) completed() completed {
	switch f.value {
	case "FILE":
		return files
	case "FOLDER":
		return folders
	}
	return nothing
}

// valued are the flags of the whole tree that take a value of that kind, dashed,
// each once.
func (c command) valued(kind completed) (all []string) {
	seen := map[string]bool{}
	c.each(func(c command) {
		for _, f := range c.flags {
			if f.value == "" || f.completed() != kind {
				continue
			}
			for _, name := range f.dashed() {
				if !seen[name] {
					seen[name] = true
					all = append(all, name)
				}
			}
		}
	})
	return all
}

// paths are the paths of all commands below the first.
func (c command) paths() (all []string) {
	c.each(func(c command) { all = append(all, c.path) })
	return all[1:]
}
