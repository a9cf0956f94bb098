package main

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/urfave/cli/v2"
	"golang.org/x/text/unicode/norm"

	"zerortc/cmd/lan"
	"zerortc/cmd/state"
	"zerortc/config"
	"zerortc/signaling/invite"
)

// What an invite may hold, in time and in names. The server takes names of 512
// bytes, quotes included (signaling/PROTOCOL.md, Limits).
const (
	longestInvite = 366 * 24 * time.Hour
	longestName   = 510
)

// inviteCommand makes a link that lets whoever has it into a room. It reads the
// settings of serve, for the secrets of the two have to be the same.
func inviteCommand(p process) *cli.Command {
	values := flagValues{}
	own := []cli.Flag{
		&cli.StringFlag{Name: "for", Value: "24h", Category: "invite", Usage: "let them in for `TIME`, such as 90m or 24h, from now on"},
		&cli.StringFlag{Name: "uid", Category: "invite", Usage: "let in one person, under this `NAME`, rather than whoever has the link"},
		&cli.StringFlag{Name: "url", Category: "invite", Usage: "make a link to the server at `URL`, such as https://call.example.org:9001"},
	}
	return &cli.Command{
		Name:  "invite",
		Usage: "print a link that lets into a room, where rooms.access is invite",
		Description: "It has to be given the same settings as the server, --state-dir or rooms.invite-secrets\n" +
			"above all, since the server knows by its secret which invites are its own.\n" +
			"zerortc serve --help lists them.",
		UsageText:       "zerortc invite ROOM [--for TIME] [--uid NAME] [--url URL] [the flags of serve]",
		ArgsUsage:       "ROOM",
		HideHelpCommand: true,
		Flags:           append(own, values.ofServe()...),
		OnUsageError:    wrongFlag,
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 {
				return usagef("zerortc invite takes one room, before the flags or behind them: zerortc invite ROOM --for 24h")
			}
			return printInvite(p, values, wishedInvite{
				room: c.Args().First(), uid: c.String("uid"), url: c.String("url"), lasts: c.String("for")})
		},
	}
}

// wishedInvite is what the command line asks for.
type wishedInvite struct {
	room, uid, url, lasts string
}

func printInvite(p process, flags flagValues, wish wishedInvite) error {
	cfg, warnings, err := config.Load(sources(p, flags))
	for _, w := range warnings {
		fmt.Fprintf(p.stderr, "zerortc: warning: %s\n", w)
	}
	if err != nil {
		return err
	}
	link, err := wish.link(p, cfg, time.Now())
	if err != nil {
		return err
	}
	if cfg.Rooms.Access != config.AccessInvite {
		fmt.Fprintln(p.stderr, "zerortc: warning: rooms.access is not invite: whoever knows the room's name gets in without this link")
	}
	_, err = fmt.Fprintln(p.stdout, link)
	return err
}

// link puts the invite behind the #, which browsers send to no server: it gets into
// no log.
func (wish wishedInvite) link(p process, cfg config.Config, now time.Time) (string, error) {
	room, err := tidyRoom(wish.room)
	if err != nil {
		return "", err
	}
	if wish.uid != "" && !isName(wish.uid) {
		return "", usagef("--uid is no name; write it as UTF-8 of at most %d bytes", longestName)
	}
	lasts, err := time.ParseDuration(wish.lasts)
	if err != nil || lasts < time.Minute || lasts > longestInvite {
		return "", usagef("--for is not between a minute and a year; write it as 90m or 24h")
	}
	base, err := wish.base(cfg)
	if err != nil {
		return "", err
	}
	secrets, err := readInviteSecrets(p, cfg)
	if err != nil {
		return "", err
	}
	token, err := invite.New(secrets).Sign(invite.Invite{Room: room, UID: wish.uid, From: now, Until: now.Add(lasts)})
	if err != nil {
		return "", fmt.Errorf("signing the invite: %w", err)
	}
	return base + "/room/" + url.PathEscape(room) + "#invite=" + token, nil
}

// tidyRoom is the room's name as the page spells it, which the invite has to match
// exactly.
func tidyRoom(text string) (string, error) {
	room := norm.NFC.String(strings.TrimSpace(text))
	if room == "" || room == "." || room == ".." || !isName(room) {
		return "", usagef("the room's name cannot be one; write it as UTF-8 of at most %d bytes, as in the address of the room", longestName)
	}
	return room, nil
}

func isName(text string) bool { return len(text) <= longestName && utf8.ValidString(text) }

// base is where the link leads to: what was asked for, else the address at which
// the server announces its page.
func (wish wishedInvite) base(cfg config.Config) (string, error) {
	if wish.url != "" {
		u, err := url.Parse(wish.url)
		if err != nil || u.Host == "" || (url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/"}) != *u.JoinPath("/") || u.Scheme != "https" && u.Scheme != "http" {
			return "", usagef("--url is not the address of a server; write it as https://call.example.org:9001")
		}
		return u.Scheme + "://" + u.Host, nil
	}
	host, port, err := net.SplitHostPort(cfg.HTTP.Listen[0])
	if err != nil || port == "0" {
		return "", usagef("the server's address is not in the settings; give it with --url https://HOST:PORT")
	}
	if names := publicNames(cfg.TLS); len(names) > 0 {
		host = names[0]
	}
	if addr, _ := netip.ParseAddr(host); host == "" || addr.IsValid() && addr.IsUnspecified() {
		host = lan.Addresses()[0].String()
	}
	scheme, usual := "https", "443"
	if addr, _ := netip.ParseAddr(host); cfg.TLS.Mode == config.TLSOff || addr.IsLoopback() {
		scheme, usual = "http", "80"
	}
	return scheme + "://" + strings.TrimSuffix(net.JoinHostPort(host, port), ":"+usual), nil
}

// readInviteSecrets are those the server uses. It makes none: an invite under a new
// secret would look right and open nothing.
func readInviteSecrets(p process, cfg config.Config) ([]config.Secret, error) {
	if len(cfg.Rooms.InviteSecrets) > 0 {
		return cfg.Rooms.InviteSecrets, nil
	}
	folder := state.Folder(cfg.StateDir, p.getenv)
	secrets, err := state.ReadInviteSecrets(folder)
	if errors.Is(err, fs.ErrNotExist) {
		remedy := "start the server once with rooms.access invite, or name its folder with --state-dir"
		if os.Geteuid() == 0 {
			remedy += " (a service has /var/lib/zerortc)"
		}
		return nil, fmt.Errorf("there is no invite secret in %q; %s", folder, remedy)
	}
	return secrets, err
}

// openInvites is the book by which the server lets people in; nil where whoever
// knows a room's name may come.
func openInvites(p process, cfg config.Config, log *slog.Logger) (*invite.Book, error) {
	if cfg.Rooms.Access != config.AccessInvite {
		return nil, nil
	}
	secrets := cfg.Rooms.InviteSecrets
	if len(secrets) == 0 {
		folder := state.Folder(cfg.StateDir, p.getenv)
		if folder == "" {
			return nil, errors.New("rooms.access invite needs a secret that invites are made with: name a state folder with --state-dir, or secrets with --rooms-invite-secrets-file")
		}
		var err error
		if secrets, err = state.InviteSecrets(folder); err != nil {
			return nil, err
		}
		log.Info("invite secret", "folder", folder)
	}
	return invite.New(secrets), nil
}
