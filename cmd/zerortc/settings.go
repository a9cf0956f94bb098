package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/urfave/cli/v2"

	"zerortc/cmd/settings"
	"zerortc/config"
	"zerortc/deploy"
)

// configCommand is about the settings themselves.
func configCommand(p process) *cli.Command {
	values := flagValues{}
	sub := func(name, usage string, flags []cli.Flag, do func(*cli.Context) error) *cli.Command {
		return &cli.Command{
			Name: name, Usage: usage, Flags: flags,
			HideHelpCommand: true,
			OnUsageError:    wrongFlag,
			Action: func(c *cli.Context) error {
				if err := noArguments(c); err != nil {
					return err
				}
				return do(c)
			},
		}
	}
	return &cli.Command{
		Name: "config", Usage: "show the settings in force, or begin a settings file",
		HideHelpCommand: true, OnUsageError: wrongFlag, Action: unknownCommand,
		Subcommands: []*cli.Command{
			sub("show", "print the settings that serve would have with the same flags (zerortc serve --help), secrets masked",
				append(values.ofServe(), &cli.BoolFlag{Name: "sources", Usage: "tell where each value comes from"}),
				func(c *cli.Context) error { return showSettings(p, values, c.Bool("sources")) }),
			sub("init", "print a settings file with every setting explained and commented out",
				[]cli.Flag{&cli.StringFlag{Name: "output", Usage: "write it to `FILE`, which must not be there yet"}},
				func(c *cli.Context) error { return initSettings(p, c.String("output")) }),
			sub("schema", "print a JSON schema of the settings file, for editors", nil,
				func(*cli.Context) error { return settings.WriteSchema(p.stdout) }),
		},
	}
}

func showSettings(p process, flags flagValues, sources_ bool) error {
	values, warnings, err := config.Explain(sources(p, flags))
	for _, w := range warnings {
		fmt.Fprintf(p.stderr, "zerortc: warning: %s\n", w)
	}
	if err != nil {
		return err
	}
	return settings.Show(p.stdout, values, sources_)
}

// initSettings never writes over a file. It may come to hold secrets, so it is the
// user's alone.
func initSettings(p process, name string) error {
	if name == "" {
		_, err := fmt.Fprint(p.stdout, deploy.ExampleSettings)
		return err
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already, and is left as it is; name another file", name)
	}
	if err != nil {
		return fmt.Errorf("beginning a settings file: %w", err)
	}
	_, err = file.WriteString(deploy.ExampleSettings)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("beginning a settings file: %w", err)
	}
	_, err = fmt.Fprintf(p.stdout, "%s has every setting, commented out; start the server with --config %s\n", name, name)
	return err
}
