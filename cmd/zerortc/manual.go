package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"zerortc/cmd/manual"
	"zerortc/config"
)

// defaultCommand runs where no command is given.
const defaultCommand = "serve"

func completionCommand(p process) *cli.Command {
	command := &cli.Command{
		Name:            "completion",
		Usage:           "print the script that completes commands and flags in a shell",
		UsageText:       "zerortc completion " + strings.Join(manual.Shells(), "|"),
		Description:     "The packages install it. By hand, for bash: . <(zerortc completion bash)",
		HideHelpCommand: true,
		OnUsageError:    wrongFlag,
		Action:          unknownCommand,
	}
	for _, shell := range manual.Shells() {
		command.Subcommands = append(command.Subcommands, &cli.Command{
			Name: shell, Usage: "the script for " + shell, HideHelpCommand: true, OnUsageError: wrongFlag,
			Action: func(c *cli.Context) error {
				if err := noArguments(c); err != nil {
					return err
				}
				_, err := fmt.Fprint(p.stdout, manual.Completion(shell, newApp(p), defaultCommand))
				return err
			},
		})
	}
	return command
}

func manCommand(p process) *cli.Command {
	return &cli.Command{
		Name:            "man",
		Usage:           "print the manual page, for man -l",
		UsageText:       "zerortc man",
		HideHelpCommand: true,
		OnUsageError:    wrongFlag,
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			page := manual.Page(newApp(p), defaultCommand, release(), config.Settings(), chapters()...)
			_, err := fmt.Fprint(p.stdout, page)
			return err
		},
	}
}

// chapters are what a manual tells beyond commands and settings.
func chapters() []manual.Chapter {
	return []manual.Chapter{
		{Title: "Files", Rows: [][2]string{
			{"/etc/zerortc/zerortc.yaml", "the settings of the service"},
			{"/var/lib/zerortc", "what outlives the service: the TURN secret, the local authority that devices have come to trust, certificates"},
			{"/run/zerortc/zerortc.sock", "the control socket of the service, for zerortc ctl and zerortc status; other servers have theirs in the state folder"},
			{"/etc/credstore/zerortc.turn-secrets", "secrets that root alone can read; turn-users, rooms-invite-secrets, tls-cert and tls-key likewise"},
		}},
		{Title: "Environment", Rows: [][2]string{
			{"STATE_DIRECTORY, XDG_STATE_HOME", "where the state folder is, unless state-dir names it"},
			{"RUNTIME_DIRECTORY", "where the control socket is, unless it is in the state folder"},
			{"CREDENTIALS_DIRECTORY", "a folder with files that stand for settings: turn-secrets for turn.secrets-file, turn-users, rooms-invite-secrets, tls-cert, tls-key"},
			{"NOTIFY_SOCKET, WATCHDOG_USEC, LISTEN_FDS", "are systemd's: it is told that clients are served, that the program is alive, " +
				"and hands over sockets, whose FileDescriptorName= is http or turn"},
		}},
		{Title: "Signals", Rows: [][2]string{
			{"SIGTERM, SIGINT", "end the program when its calls have ended, after drain.timeout at the latest; a second one ends it at once"},
			{"SIGHUP", "read the settings, users, secrets and certificates again; calls go on"},
		}},
		{Title: "Exit status", Rows: [][2]string{
			{fmt.Sprint(exitOK), "all went well"},
			{fmt.Sprint(exitFailed), "failed while running"},
			{fmt.Sprint(exitUsage), "the command line is wrong"},
			{fmt.Sprint(exitFaults), "a command that looks for faults has found some"},
			{fmt.Sprint(exitUnavailable), "a port is taken, or no running server was found"},
			{fmt.Sprint(exitSettings), "the settings are wrong"},
		}},
	}
}
