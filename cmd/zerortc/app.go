package main

import (
	"io/fs"
	"os"
	"os/user"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"zerortc/config"
)

// newApp is the command line. Of the library's own ways these are fenced off: it
// would exit by itself, print help on stdout when a flag is wrong, take an
// unknown command for a help topic, and ignore flags behind an argument.
func newApp(p process) *cli.App {
	return &cli.App{
		Name:           "zerortc",
		Usage:          "WebRTC calls with their own signaling and STUN/TURN server, in one process",
		UsageText:      "zerortc [flags]            the same as zerortc serve\nzerortc COMMAND [flags]",
		Version:        version(),
		Writer:         p.stdout,
		ErrWriter:      p.stderr,
		ExitErrHandler: func(*cli.Context, error) {}, // only main exits
		OnUsageError:   wrongFlag,
		Action:         unknownCommand,
		Commands: []*cli.Command{
			serveCommand(p), checkCommand(p), configCommand(p), statusCommand(p), ctlCommand(p), turnCommand(p), inviteCommand(p), caCommand(p), portsCommand(p), doctorCommand(p),
			loadtestCommand(p), versionCommand(p),
			healthcheckCommand(p), completionCommand(p), manCommand(p),
		},
	}
}

// withCommand puts the default command where none is given. The library's way to
// do that knows no flags of the default command.
func withCommand(args []string) []string {
	if len(args) > 1 {
		switch first := args[1]; {
		case !strings.HasPrefix(first, "-"):
			return args
		case strings.Contains(" -h --h -help --help -v --v -version --version ", " "+first+" "):
			return args
		}
	}
	name, rest := "zerortc", []string(nil)
	if len(args) > 0 {
		name, rest = args[0], args[1:]
	}
	return append([]string{name, defaultCommand}, rest...)
}

func serveCommand(p process) *cli.Command {
	values := flagValues{}
	return &cli.Command{
		Name:  defaultCommand,
		Usage: "run the server until SIGINT or SIGTERM",
		Description: "Each setting can also stand in the YAML file that --config names (turn.relay-ports as\n" +
			"relay-ports under turn), or in the environment (ZERORTC_TURN_RELAY_PORTS; lists with commas).\n" +
			"A flag wins over the environment, that over the file; a list replaces the one below it.",
		UsageText:       "zerortc serve [flags]",
		HideHelpCommand: true,
		Flags:           values.flags(),
		OnUsageError:    wrongFlag,
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			return loadAndServe(c.Context, p, values)
		},
	}
}

// flagValues collects what each flag is given, by the path of its setting. The
// flags have no types of the library's: its lists would split at commas, and its
// values come one fault at a time.
type flagValues map[string][]string

func (v flagValues) flags() []cli.Flag { return v.all(false) }

// ofServe are the same flags for another command, whose help is about its own. It
// says where these are listed.
func (v flagValues) ofServe() []cli.Flag { return v.all(true) }

func (v flagValues) all(hidden bool) (flags []cli.Flag) {
	for _, s := range config.Settings() {
		usage := s.Usage
		if s.Repeatable {
			usage += " (repeatable)"
		}
		category, _, inSection := strings.Cut(s.Path, ".")
		if !inSection {
			category = "process"
		}
		flags = append(flags, settingFlag{&cli.GenericFlag{
			Name: s.Flag(), Usage: usage, DefaultText: s.Default, Category: category, Hidden: hidden,
			Value: flagValue{path: s.Path, all: v},
		}})
	}
	return flags
}

// settingFlag has one name, and says so at once. The library looks for more by a
// regular expression, each of the several times that it asks each flag of a command.
type settingFlag struct{ *cli.GenericFlag }

// Names implements cli.Flag.
func (f settingFlag) Names() []string { return []string{f.Name} }

type flagValue struct {
	path string
	all  flagValues
}

// Set implements cli.Generic.
func (f flagValue) Set(text string) error {
	f.all[f.path] = append(f.all[f.path], text)
	return nil
}

// String implements cli.Generic; the help has the defaults from elsewhere.
func (f flagValue) String() string { return "" }

// wrongFlag is the library's complaint in our words.
func wrongFlag(c *cli.Context, err error, _ bool) error {
	name, unknown := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !unknown {
		return usagef("%s; %s --help explains the flags", dashed(err.Error()), c.Command.HelpName)
	}
	var names []string
	for _, flag := range c.Command.Flags {
		names = append(names, flag.Names()[0])
	}
	if near := config.Nearest(name, names); near != "" {
		return usagef("unknown flag --%s; did you mean --%s?", name, near)
	}
	return usagef("unknown flag --%s; %s --help lists the flags", name, c.Command.HelpName)
}

// dashed has the flag of a complaint of package flag begin with two dashes, as it is
// spelled here.
func dashed(complaint string) string {
	before := regexp.MustCompile(`^(flag needs an argument: |invalid (boolean )?value "([^"\\]|\\.)*" for (flag )?)-([a-z])`)
	return before.ReplaceAllString(complaint, "$1--$5")
}

func unknownCommand(c *cli.Context) error {
	known := c.Command.Subcommands
	if len(known) == 0 {
		known = c.App.Commands
	}
	var names []string
	for _, command := range known {
		if command.Name != "help" {
			names = append(names, command.Name)
		}
	}
	name := c.Args().First()
	if name == "" {
		return usagef("%s wants a command of its own: %s", c.Command.HelpName, strings.Join(names, ", "))
	}
	if near := config.Nearest(name, names); near != "" {
		return usagef("unknown command %q; did you mean %s?", name, near)
	}
	if c.Command.HelpName != c.App.HelpName {
		return usagef("unknown command %q; %s knows %s", name, c.Command.HelpName, strings.Join(names, ", "))
	}
	return usagef("unknown command %q; zerortc --help lists the commands", name)
}

// argumentBehind puts the argument of a command that takes one behind its flags,
// where the library wants it: zerortc invite ROOM --for 24h.
func argumentBehind(commands []*cli.Command, args []string) []string {
	for at := 1; at < len(args); at++ {
		found := slices.IndexFunc(commands, func(c *cli.Command) bool { return c.HasName(args[at]) })
		if found < 0 {
			break
		}
		command, rest := commands[found], args[at+1:]
		if command.ArgsUsage != "" && len(rest) > 1 && !strings.HasPrefix(rest[0], "-") {
			return slices.Concat(args[:at+1], rest[1:], rest[:1])
		}
		commands = command.Subcommands
	}
	return args
}

// noArguments refuses what stands behind the flags: the library would take no
// flag after it. It is not repeated, since it may be half of a secret.
func noArguments(c *cli.Context) error {
	if !c.Args().Present() {
		return nil
	}
	return usagef("%s takes flags only, and there is something else; take it away, or put quotes around a value with spaces", c.Command.HelpName)
}

// sources are the settings' sources of a process.
func sources(p process, flags flagValues) config.Sources {
	return config.Sources{
		Flags:   flags,
		Environ: p.environ,
		Open:    func(name string) (fs.File, error) { return os.Open(name) },
		User:    userName(),
	}
}

func userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return strconv.Itoa(os.Getuid())
}
