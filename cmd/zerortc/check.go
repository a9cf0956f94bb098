package main

import (
	"context"
	"errors"
	"net/netip"
	"path/filepath"
	"slices"

	"github.com/urfave/cli/v2"

	"zerortc/cmd/admin"
	"zerortc/cmd/check"
	"zerortc/cmd/doctor"
	"zerortc/cmd/finding"
	"zerortc/cmd/state"
	"zerortc/config"
)

// checkCommand looks at a start before it is made.
func checkCommand(p process) *cli.Command {
	values := flagValues{}
	return &cli.Command{
		Name:  "check",
		Usage: "look whether the server could start: settings, ports, certificate, state folder",
		Description: "It takes the settings of serve, which zerortc serve --help lists, changes nothing and\n" +
			"writes nowhere. The exit code is 0 without a fault, and 3 with one. Run it as the user that\n" +
			"the server runs as.",
		UsageText:       "zerortc check [--json] [the flags of serve]",
		HideHelpCommand: true,
		Flags:           append(values.ofServe(), jsonFlag),
		OnUsageError:    wrongFlag,
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			return printFindings(p, checked(c.Context, p, values), c.Bool("json"))
		},
	}
}

func checked(ctx context.Context, p process, flags flagValues) finding.List {
	cfg, warnings, err := config.Load(sources(p, flags))
	var faults config.Faults
	if errors.As(err, &faults) {
		return doctor.Unreadable(faults)
	}
	folder := state.Folder(cfg.StateDir, p.getenv)
	return check.Look(check.Start{Config: cfg, Warnings: warnings, Folder: folder, Running: held(ctx, p, folder)})
}

// held tells which addresses a server of this state folder listens on.
func held(ctx context.Context, p process, folder string) func(string) bool {
	var paths []string
	for _, at := range []string{admin.Folder(p.getenv, folder), folder} {
		if at != "" {
			paths = append(paths, filepath.Join(at, admin.SocketFile))
		}
	}
	server, err := admin.Dial(ctx, paths...)
	if err != nil {
		return nil
	}
	status, err := server.Status(ctx)
	if err != nil {
		return nil
	}
	ports := portsOf(slices.Concat(status.HTTP, status.TURN))
	return func(address string) bool {
		return slices.ContainsFunc(portsOf([]string{address}), func(port uint16) bool { return slices.Contains(ports, port) })
	}
}

// portsOf are the ports of host:port texts, whose host may be missing.
func portsOf(addresses []string) (ports []uint16) {
	for _, address := range addresses {
		if address != "" && address[0] == ':' {
			address = "0.0.0.0" + address
		}
		if at, err := netip.ParseAddrPort(address); err == nil {
			ports = append(ports, at.Port())
		}
	}
	return ports
}
