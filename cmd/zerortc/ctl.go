package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"zerortc/cmd/admin"
	"zerortc/cmd/state"
	"zerortc/config"
	"zerortc/turnserver/gate"
)

// ctlCommand tells a running server what to do, by its control socket.
func ctlCommand(p process) *cli.Command {
	within := &cli.DurationFlag{Name: "within", Value: -1, DefaultText: "drain.timeout", Usage: "wait for `TIME` at the most, such as 10m; 0s: not at all"}
	return &cli.Command{
		Name:            "ctl",
		Usage:           "tell a running server to reload, drain, end an allocation, and more",
		HideHelpCommand: true,
		OnUsageError:    wrongFlag,
		Action:          unknownCommand,
		Subcommands: []*cli.Command{
			ctlSubcommand(p, "sessions", "", "list the allocations of the TURN server", ctlSessions, jsonFlag),
			ctlSubcommand(p, "reports", "", "list the last calls as the page told of them", ctlReports, jsonFlag),
			ctlSubcommand(p, "kick", "ID", "end an allocation", ctlKick),
			ctlSubcommand(p, "close-room", "NAME", "send away all who are in a room", ctlCloseRoom),
			ctlSubcommand(p, "drain", "", "end the server when its calls have ended; nothing new begins", ctlDrain, within),
			ctlSubcommand(p, "loglevel", "LEVEL", "log from debug, info, warn or error up, until the next reload", ctlLogLevel),
			ctlSubcommand(p, "reload", "", "read the settings again", ctlReload),
			{
				Name: "secret", Usage: "change the TURN secret of the state folder",
				HideHelpCommand: true, OnUsageError: wrongFlag, Action: unknownCommand,
				Subcommands: []*cli.Command{
					ctlSubcommand(p, "list", "", "list the secrets by ids that do not tell them", ctlSecrets),
					ctlSubcommand(p, "rotate", "", "sign with a new secret; those before are still accepted", ctlRotate),
					ctlSubcommand(p, "retire", "ID", "accept a secret no more; calls that run go on", ctlRetire),
				},
			},
		},
	}
}

var jsonFlag = &cli.BoolFlag{Name: "json", Usage: "print JSON, for programs"}

// asking is one question to a running server.
type asking struct {
	context.Context
	server   *admin.Client
	argument string
	flags    *cli.Context
	out      io.Writer
}

// ctlSubcommand finds the server for do, and takes one argument if it has a name.
func ctlSubcommand(p process, name, argument, usage string, do func(asking) error, flags ...cli.Flag) *cli.Command {
	return &cli.Command{
		Name: name, Usage: usage, ArgsUsage: argument,
		HideHelpCommand: true,
		OnUsageError:    wrongFlag,
		Flags: append(flags, &cli.StringFlag{
			Name: "state-dir", Usage: "of the server is `FOLDER`", DefaultText: "where servers of this user and services have it"}),
		Action: func(c *cli.Context) error {
			if err := wantArgument(c, argument); err != nil {
				return err
			}
			server, err := findServer(p, c)
			if err != nil {
				return err
			}
			return do(asking{c.Context, server, c.Args().First(), c, p.stdout})
		},
	}
}

// wantArgument wants exactly one if it has a name, and none otherwise.
func wantArgument(c *cli.Context, name string) error {
	switch {
	case name == "":
		return noArguments(c)
	case c.Args().Len() != 1 || c.Args().First() == "":
		return usagef("%s takes one %s, before the flags or behind them", c.Command.HelpName, name)
	}
	return nil
}

// findServer looks where a server may have its socket: where it is said to be, else
// where one of this user has it, else where a service has.
func findServer(p process, c *cli.Context) (*admin.Client, error) {
	folders := []string{c.String("state-dir")}
	if folders[0] == "" {
		mine := state.Folder(p.getenv(config.EnvPrefix+"STATE_DIR"), p.getenv)
		folders = []string{admin.Folder(p.getenv, mine), mine, "/run/zerortc", "/var/lib/zerortc"}
	}
	var paths []string
	for _, folder := range folders {
		if path := filepath.Join(folder, admin.SocketFile); folder != "" && !contains(paths, path) {
			paths = append(paths, path)
		}
	}
	server, err := admin.Dial(c.Context, paths...)
	if err != nil {
		return nil, fmt.Errorf("%w; start it, or name its folder with --state-dir", err)
	}
	return server, nil
}

func contains(list []string, text string) bool {
	for _, have := range list {
		if have == text {
			return true
		}
	}
	return false
}

func ctlSessions(a asking) error {
	all, err := a.server.Sessions(a)
	if err != nil {
		return err
	}
	if a.flags.Bool("json") {
		return printJSON(a.out, all)
	}
	table := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tUSER\tCLIENT\tRELAY\tOPEN\tTO PEERS\tFROM PEERS")
	for _, s := range all {
		fmt.Fprintf(table, "%d\t%s\t%s %s\t%s\t%s\t%s\t%s\n", s.ID, gate.Clip(s.User), s.Transport, s.Client, s.Relay,
			time.Since(s.Opened).Round(time.Second), size(s.ToPeers.Bytes), size(s.FromPeers.Bytes))
	}
	return table.Flush()
}

func ctlKick(a asking) error {
	id, err := strconv.ParseUint(a.argument, 10, 64)
	if err != nil {
		return usagef("%q is no ID; zerortc ctl sessions lists them", a.argument)
	}
	return told(a, a.server.Kick(a, id), "the allocation has ended")
}

func ctlCloseRoom(a asking) error {
	return told(a, a.server.CloseRoom(a, a.argument), "the room is closed")
}

func ctlDrain(a asking) error {
	if a.flags.IsSet("within") && a.flags.Duration("within") < 0 {
		return usagef("--within is a time from 0s up, such as 10m")
	}
	waits, err := a.server.Drain(a, a.flags.Duration("within"))
	switch {
	case err != nil:
		return err
	case waits.Calls == 0:
		return told(a, nil, "there are no calls: the server ends now")
	}
	within := time.Duration(waits.Within * float64(time.Second))
	return told(a, nil, fmt.Sprintf("the server ends when its calls have (%d now), in %v at the latest", waits.Calls, within))
}

func ctlLogLevel(a asking) error {
	if new(slog.LevelVar).UnmarshalText([]byte(a.argument)) != nil {
		return usagef("%q is not a level; write debug, info, warn or error", a.argument)
	}
	return told(a, a.server.SetLevel(a, a.argument), "logging from "+a.argument+" up, until the next reload")
}

func ctlReload(a asking) error {
	came, err := a.server.Reload(a)
	if err != nil {
		return err
	}
	for _, w := range came.Warnings {
		fmt.Fprintln(a.out, "warning: "+w)
	}
	for _, path := range came.Restart {
		fmt.Fprintln(a.out, "needs a restart: "+path)
	}
	if len(came.Changed) == 0 {
		return told(a, nil, "reloaded; no setting that can change has")
	}
	return told(a, nil, "reloaded; now in force: "+strings.Join(came.Changed, ", "))
}

func ctlSecrets(a asking) error {
	all, err := a.server.Secrets(a)
	return printSecrets(a, all, err)
}

func ctlRotate(a asking) error {
	all, err := a.server.RotateSecret(a)
	return printSecrets(a, all, err)
}

func ctlRetire(a asking) error {
	all, err := a.server.RetireSecret(a, a.argument)
	return printSecrets(a, all, err)
}

func printSecrets(a asking, all []admin.Secret, err error) error {
	for _, s := range all {
		what := "accepted"
		if s.Signs {
			what = "signs"
		}
		fmt.Fprintf(a.out, "%s  %s\n", s.ID, what)
	}
	return err
}

// told prints what was done, if it was.
func told(a asking, err error, what string) error {
	if err == nil {
		_, err = fmt.Fprintln(a.out, what)
	}
	return err
}
