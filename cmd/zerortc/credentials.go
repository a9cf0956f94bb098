package main

import (
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"zerortc/cmd/admin"
	"zerortc/config"
	"zerortc/web"
)

// turnCommand is about the TURN server of a running process.
func turnCommand(p process) *cli.Command {
	c := ctlSubcommand(p, "credentials", "", "mint a TURN user like /api/ice does", turnCredentials,
		&cli.StringFlag{Name: "user", Usage: "for `NAME`", DefaultText: "a random one"},
		&cli.StringFlag{Name: "ttl", Usage: "that opens relays for `TIME`, such as 3600, 3600s or 1h", DefaultText: "ice.ttl"},
		&cli.StringFlag{Name: "host", Usage: "for a client that reaches the server by `HOST`", DefaultText: "its best address"},
		jsonFlag)
	c.Description = "With --json it prints what /api/ice answers; without, a line for turnutils_uclient too."
	return &cli.Command{
		Name: "turn", Usage: "mint credentials for the TURN server",
		HideHelpCommand: true, OnUsageError: wrongFlag, Action: unknownCommand,
		Subcommands: []*cli.Command{c},
	}
}

func turnCredentials(a asking) error {
	wish := admin.Wish{User: a.flags.String("user"), Host: a.flags.String("host")}
	if !web.IsUserName(wish.User) {
		return usagef("--user is up to 64 letters, digits and any of . _ ~ @ + = -")
	}
	var err error
	if text := a.flags.String("ttl"); text != "" {
		if wish.TTL, err = config.ParseTTL(text); err != nil {
			return usagef("--ttl: %w", err)
		}
	}
	if wish.Host != "" {
		if wish.Host, err = config.ParseHost(wish.Host); err != nil {
			return usagef("--host: %w", err)
		}
	}
	made, err := a.server.Mint(a, wish)
	switch {
	case err != nil:
		return err
	case a.flags.Bool("json"):
		return printJSON(a.out, iceConfig(made))
	}
	return printCredentials(a.out, made)
}

// iceConfig is an answer of /api/ice.
func iceConfig(made admin.Credentials) web.ICEConfig {
	return web.Grant{
		STUN: made.STUN, TURN: made.TURN, Username: made.Username, Credential: made.Credential,
		Expires: made.Expires, TTL: time.Duration(made.TTL) * time.Second,
	}.Config()
}

func printCredentials(w io.Writer, made admin.Credentials) error {
	var text strings.Builder
	fmt.Fprintf(&text, "username    %s\ncredential  %s\nuntil       %s\n", made.Username, made.Credential, made.Expires.UTC().Format(time.RFC3339))
	for _, u := range append(made.STUN, made.TURN...) {
		fmt.Fprintf(&text, "%-12s%s\n", scheme(u), u)
	}
	if line := uclient(made); line != "" {
		fmt.Fprintf(&text, "\n%s\n", line)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

func scheme(u string) string {
	name, _, _ := strings.Cut(u, ":")
	return name
}

// uclient is a command of coturn's that sends packets from one relay of the server
// to another.
func uclient(made admin.Credentials) string {
	for _, text := range made.TURN {
		u, err := url.Parse(text)
		if err != nil || u.Scheme != "turn" {
			continue
		}
		at, err := url.Parse("//" + u.Opaque)
		if err != nil {
			continue
		}
		return fmt.Sprintf("turnutils_uclient -y -c -n 10 -u '%s' -w '%s' -p %s %s", made.Username, made.Credential, at.Port(), at.Hostname())
	}
	return ""
}
