package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/urfave/cli/v2"

	"zerortc/cmd/state"
	"zerortc/config"
	"zerortc/web/certs"
)

// caCommand is about the CA that devices have to trust. It only reads what the
// server has made.
func caCommand(p process) *cli.Command {
	return &cli.Command{
		Name:            "ca",
		Usage:           "show, export or install the CA behind the server's own certificates",
		HideHelpCommand: true,
		OnUsageError:    wrongFlag,
		Action:          unknownCommand,
		Subcommands: []*cli.Command{
			caSubcommand(p, "show", "print its name, fingerprint and what it may speak for", nil,
				func(c *cli.Context, ca *certs.CA) error {
					_, err := fmt.Fprint(p.stdout, ca.Text())
					return err
				}),
			caSubcommand(p, "export", "write it to standard output, without its key",
				[]cli.Flag{&cli.StringFlag{Name: "format", Value: "pem", Usage: "as `FORMAT`: pem, crt or mobileconfig"}},
				func(c *cli.Context, ca *certs.CA) error { return exportCA(p, ca, c.String("format")) }),
			caSubcommand(p, "install", "make this machine and its browsers trust it", nil,
				func(c *cli.Context, ca *certs.CA) error {
					return ca.Install(c.Context, certs.ThisSystem(p.getenv), p.stdout)
				}),
		},
	}
}

func exportCA(p process, ca *certs.CA, format string) error {
	document, err := ca.Document(format)
	if err != nil {
		return usageError{err}
	}
	_, err = p.stdout.Write(document.Content)
	return err
}

// caSubcommand has the flag of the state folder, and opens the CA for do.
func caSubcommand(p process, name, usage string, flags []cli.Flag, do func(*cli.Context, *certs.CA) error) *cli.Command {
	return &cli.Command{
		Name:            name,
		Usage:           usage,
		HideHelpCommand: true,
		OnUsageError:    wrongFlag,
		Flags:           append(flags, &cli.StringFlag{Name: "state-dir", Usage: "of the server that made it is `FOLDER`"}),
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			ca, err := openCA(p, c.String("state-dir"))
			if err != nil {
				return err
			}
			return do(c, ca)
		},
	}
}

// openCA finds the CA where a server of the same user keeps it.
func openCA(p process, asked string) (*certs.CA, error) {
	if asked == "" {
		asked = p.getenv(config.EnvPrefix + "STATE_DIR")
	}
	folder := state.Folder(asked, p.getenv)
	ca, err := certs.LoadCA(folder)
	if errors.Is(err, fs.ErrNotExist) {
		remedy := "start the server once with tls.mode auto, or name its folder with --state-dir"
		if os.Geteuid() == 0 {
			remedy += " (a service has /var/lib/zerortc)"
		}
		return nil, fmt.Errorf("there is no CA in %q; %s", folder, remedy)
	}
	return ca, err
}
