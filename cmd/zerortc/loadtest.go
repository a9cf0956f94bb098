package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"zerortc/cmd/state"
	"zerortc/config"
	"zerortc/signaling/loadtest"
	"zerortc/web/certs"
)

// loadtestCommand puts load on servers, one's own.
func loadtestCommand(p process) *cli.Command {
	return &cli.Command{
		Name:            "loadtest",
		Usage:           "put load on a server of yours and see how it fares",
		HideHelpCommand: true,
		OnUsageError:    wrongFlag,
		Action:          unknownCommand,
		Subcommands:     []*cli.Command{loadtestSignaling(p)},
	}
}

func loadtestSignaling(p process) *cli.Command {
	return &cli.Command{
		Name:  "signaling",
		Usage: "fill rooms of two whose members hand one another frames",
		Description: "Members arrive at a fixed rate, then frames are sent at a fixed rate, and latency counts\n" +
			"from the instant at which each was due. Ctrl-C ends it with the figures so far. A server's\n" +
			"limits apply: by default 10,000 sockets, 50 frames a second from a member, and from one\n" +
			"address 4,000 sockets and 200 joins a second (see --spread). Exit code 1 tells that\n" +
			"something went wrong.",
		HideHelpCommand: true,
		OnUsageError:    wrongFlag,
		Flags:           loadtestFlags(),
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			return loadtestRun(c, p)
		},
	}
}

func loadtestFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "target", Value: cli.NewStringSlice("ws://localhost:9001/ws"), Usage: "the server is at `URL`, ws or wss (repeatable: rooms take turns)"},
		&cli.StringFlag{Name: "dialect", Value: loadtest.Classic, Usage: "speak `DIALECT`: classic or v2"},
		&cli.IntFlag{Name: "rooms", Value: 100, Usage: "fill `NUMBER` rooms"},
		&cli.Float64Flag{Name: "joins", Value: 200, Usage: "let `NUMBER` members a second connect and join"},
		&cli.Float64Flag{Name: "rate", Value: 500, Usage: "send `NUMBER` frames a second, in all; 0: none"},
		&cli.IntFlag{Name: "size", Value: 800, Usage: "make frames of `BYTES`"},
		&cli.DurationFlag{Name: "duration", Value: 10 * time.Second, Usage: "count frames for `TIME`"},
		&cli.DurationFlag{Name: "warmup", Value: 2 * time.Second, Usage: "send frames for `TIME` before they count"},
		&cli.DurationFlag{Name: "idle", Value: 2 * time.Second, Usage: "let all members be silent for `TIME` first, to see what that costs"},
		&cli.IntFlag{Name: "stalled", Usage: "in `NUMBER` of the rooms one member stops reading"},
		&cli.IntFlag{Name: "spread", Usage: "connect from `NUMBER` loopback addresses, 127.0.0.1 and on"},
		&cli.IntSliceFlag{Name: "pid", Usage: "read CPU and memory of the server's process `PID` (Linux; repeatable)"},
		&cli.StringFlag{Name: "ca", Usage: "believe the CA in `FILE` (PEM) for wss; unset: the one in the state folder and those of the system"},
		&cli.StringFlag{Name: "state-dir", Usage: "the state folder is `FOLDER`"},
		&cli.BoolFlag{Name: "json", Usage: "print the figures as JSON"},
		&cli.BoolFlag{Name: "yes", Usage: "the target may be outside private and loopback ranges: I may put load on it"},
	}
}

func loadtestRun(c *cli.Context, p process) error {
	options := loadtest.Options{
		Targets: c.StringSlice("target"), Dialect: c.String("dialect"), AnyTarget: c.Bool("yes"), Spread: c.Int("spread"),
		Rooms: c.Int("rooms"), JoinRate: c.Float64("joins"), Stalled: c.Int("stalled"),
		Rate: c.Float64("rate"), Size: c.Int("size"), Idle: c.Duration("idle"), Warmup: c.Duration("warmup"), Duration: c.Duration("duration"),
		PIDs: c.IntSlice("pid"), Descriptors: descriptorLimit(), Progress: p.stderr,
	}
	var err error
	if options.TLS, err = loadtestTLS(p, options.Targets, c.String("ca"), c.String("state-dir")); err != nil {
		return err
	}
	figures, err := loadtest.Run(c.Context, options)
	switch {
	case errors.As(err, new(loadtest.Impossible)):
		return usageError{err}
	case errors.Is(err, context.Canceled):
		return errors.New("interrupted before there were figures")
	case err != nil:
		return err
	}
	if c.Bool("json") {
		out := json.NewEncoder(p.stdout)
		out.SetIndent("", "  ")
		err = out.Encode(figures)
	} else {
		err = figures.Print(p.stdout)
	}
	if n := figures.Failed(); err == nil && n > 0 {
		err = fmt.Errorf("%d things went wrong; the figures name them", n)
	}
	return err
}

// loadtestTLS tells whose certificates to believe: of the CA in the file, or the
// system's and the local CA, if this user's server has one.
func loadtestTLS(p process, targets []string, file, folder string) (*tls.Config, error) {
	if !strings.Contains(strings.Join(targets, " "), "wss:") {
		return nil, nil
	}
	if file != "" {
		pem, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("reading the CA: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("there is no certificate in %s", file)
		}
		return &tls.Config{RootCAs: pool}, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if folder == "" {
		folder = p.getenv(config.EnvPrefix + "STATE_DIR")
	}
	ca, err := certs.LoadCA(state.Folder(folder, p.getenv))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	default:
		document, err := ca.Document("pem")
		if err != nil {
			return nil, err
		}
		pool.AppendCertsFromPEM(document.Content)
	}
	return &tls.Config{RootCAs: pool}, nil
}
