package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/urfave/cli/v2"

	"zerortc/config"
)

// healthWithin leaves something of what container engines wait.
const healthWithin = 5 * time.Second

// healthcheckCommand asks the server of the same settings how it is, for an image
// in which there is no other program that could ask.
func healthcheckCommand(p process) *cli.Command {
	values := flagValues{}
	return &cli.Command{
		Name:  "healthcheck",
		Usage: "ask the server of this machine whether it is alive; exit code 0 if it is",
		Description: "It finds the server by http.listen, so it has to be given the same settings: in a container\n" +
			"by the environment or the file, since it does not see the flags that the server was given.\n" +
			"zerortc serve --help lists the settings.",
		UsageText:       "zerortc healthcheck [the flags of serve]",
		HideHelpCommand: true,
		Flags:           values.ofServe(),
		OnUsageError:    wrongFlag,
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			cfg, _, err := config.Load(sources(p, values))
			if err != nil {
				return err
			}
			if err := askHealth(c.Context, cfg.HTTP.Listen); err != nil {
				return fmt.Errorf("not healthy: %w", err)
			}
			_, err = fmt.Fprintln(p.stdout, "ok")
			return err
		},
	}
}

// askHealth wants an answer from every listener.
func askHealth(ctx context.Context, listen []string) error {
	ctx, cancel := context.WithTimeout(ctx, healthWithin)
	defer cancel()
	for _, address := range listen {
		resolved, err := net.ResolveTCPAddr("tcp", address)
		if err != nil {
			return err
		}
		at := resolved.AddrPort()
		if resolved.IP == nil {
			at = netip.AddrPortFrom(netip.IPv6Unspecified(), at.Port()) // both families
		}
		if err := answersHTTP(ctx, netip.AddrPortFrom(at.Addr().Unmap(), at.Port())); err != nil {
			return err
		}
	}
	return nil
}
