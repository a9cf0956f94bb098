package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"zerortc/cmd/doctor"
	"zerortc/cmd/finding"
	"zerortc/cmd/lan"
	"zerortc/cmd/mdns"
	"zerortc/cmd/terminal"
	"zerortc/config"
	"zerortc/signaling/invite"
)

// doctorCommand finds out why calls fail. Without --url it reads the settings of
// serve, to know where the server of this machine is.
func doctorCommand(p process) *cli.Command {
	values := flagValues{}
	own := []cli.Flag{
		&cli.StringFlag{Name: "url", Category: "doctor", Usage: "look at the server at `URL`, from this machine; an invite link will do too"},
		&cli.BoolFlag{Name: "json", Category: "doctor", Usage: "print JSON, for programs"},
	}
	return &cli.Command{
		Name:  "doctor",
		Usage: "find out why calls fail, on the server or from another machine",
		Description: "On the server's machine give it the settings of the server (zerortc serve --help lists\n" +
			"them), or none if that has none.\n" +
			"From any other give it the address of the page: zerortc doctor --url https://192.168.1.7:9001\n" +
			"A certificate is trusted by the roots of this system, else by the CA in the state folder;\n" +
			"else its fingerprint is shown. The exit code is 0 without a fault, and 3 with one.",
		UsageText:       "zerortc doctor [--url URL] [--json] [the flags of serve]",
		HideHelpCommand: true,
		Flags:           append(own, values.ofServe()...),
		OnUsageError:    wrongFlag,
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			var list finding.List
			if c.IsSet("url") {
				patient, err := remotePatient(p, values, c.String("url"))
				if err != nil {
					return err
				}
				list = doctor.Visit(c.Context, patient)
			} else {
				list = atHome(c.Context, p, values)
			}
			return printFindings(p, list, c.Bool("json"))
		},
	}
}

// printFindings prints what was found; faults are an error too.
func printFindings(p process, list finding.List, asJSON bool) error {
	write := func() error { return list.WriteText(p.stdout, terminal.StyleOf(p.stdout, p.getenv)) }
	if asJSON {
		write = func() error { return list.WriteJSON(p.stdout) }
	}
	if err := write(); err != nil {
		return err
	}
	return list.Err()
}

// remotePatient reads the address of a page. Of an invite link, whose secret part
// stands behind the #, the room and the invite are used.
func remotePatient(p process, flags flagValues, text string) (doctor.Patient, error) {
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" {
		return doctor.Patient{}, usagef("--url is not the address of a server; write it as https://192.168.1.7:9001")
	}
	patient := doctor.Patient{URL: &url.URL{Scheme: u.Scheme, Host: u.Host}, CA: knownCA(p, strings.Join(flags["state-dir"], ""))}
	if token, invited := strings.CutPrefix(u.Fragment, "invite="); invited {
		patient.Invite, patient.Room = token, strings.TrimPrefix(u.Path, "/room/")
	}
	return patient, nil
}

// knownCA is that of the state folder, if there is one that can be read.
func knownCA(p process, asked string) *x509.Certificate {
	ca, err := openCA(p, asked)
	if err != nil {
		return nil
	}
	block, _ := pem.Decode(ca.PEM())
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil
	}
	return cert
}

// atHome looks at the server of this machine.
func atHome(ctx context.Context, p process, flags flagValues) finding.List {
	cfg, warnings, err := config.Load(sources(p, flags))
	var faults config.Faults
	if errors.As(err, &faults) {
		return doctor.Unreadable(faults)
	}
	home := doctor.Home{Config: cfg, Warnings: warnings, Addrs: lan.Addresses(), Files: descriptorLimit(), FilesNeeded: descriptorsNeeded(cfg)}
	home.Ask = mdns.Ask
	home.Name, home.Nameless = wishedName(cfg)
	switch cfg.TLS.Mode {
	case config.TLSAuto:
		home.CA = knownCA(p, cfg.StateDir)
	case config.TLSACME:
		home.ServerName = cfg.TLS.Domains[0]
	case config.TLSFiles:
		home.ServerName = nameIn(cfg.TLS.Cert)
	}
	if cfg.Rooms.Access == config.AccessInvite {
		home.Room, home.Invite = "doctor", ownInvite(p, cfg, "doctor")
	}
	return doctor.Local(ctx, home)
}

// nameIn is a name that the certificate in a file is for; empty if there is none.
func nameIn(file string) string {
	if names := certificateNames(file); len(names) > 0 {
		return strings.Replace(names[0], "*", "doctor", 1)
	}
	return ""
}

// namesIn are those names of a certificate in a file that can be opened as they are.
func namesIn(file string) []string {
	return slices.DeleteFunc(certificateNames(file), func(name string) bool { return strings.Contains(name, "*") })
}

// certificateNames are what the first certificate in a file is for.
func certificateNames(file string) []string {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	block, _ := pem.Decode(content)
	if block == nil {
		return nil
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil
	}
	return cert.DNSNames
}

// ownInvite lets the doctor in for the minute that it needs. Without the secret it
// stays outside, and will say so.
func ownInvite(p process, cfg config.Config, room string) string {
	secrets, err := readInviteSecrets(p, cfg)
	if err != nil {
		return ""
	}
	now := time.Now()
	token, err := invite.New(secrets).Sign(invite.Invite{Room: room, From: now, Until: now.Add(time.Minute)})
	if err != nil {
		return ""
	}
	return token
}
