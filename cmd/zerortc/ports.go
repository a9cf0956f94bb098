package main

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"

	"github.com/urfave/cli/v2"

	"zerortc/config"
)

// firewalls are the programs that portsCommand knows the language of, in the order
// in which they are printed.
var firewalls = []struct {
	name, about string
	lines       func(opened) []string
}{
	{"ufw", "Ubuntu and Debian", opened.ufw},
	{"firewalld", "Fedora, RHEL and their relatives", opened.firewalld},
	{"nft", "the input chain of /etc/nftables.conf", opened.nft},
}

// portsCommand prints what to open in the firewall for the settings given. It
// touches nothing and asks nothing but the settings.
func portsCommand(p process) *cli.Command {
	values := flagValues{}
	flags := values.ofServe()
	for _, f := range firewalls {
		flags = append(flags, &cli.BoolFlag{Name: f.name, Usage: "the lines for " + f.name + " (" + f.about + ") alone"})
	}
	return &cli.Command{
		Name:            "ports",
		Usage:           "print what to open in the firewall: lines for ufw, firewalld and nft",
		Description:     "It takes the settings of serve, which zerortc serve --help lists.",
		UsageText:       "zerortc ports [--ufw] [--firewalld] [--nft] [the flags of serve]",
		HideHelpCommand: true,
		Flags:           flags,
		OnUsageError:    wrongFlag,
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			cfg, _, err := config.Load(sources(p, values))
			if err != nil {
				return err
			}
			return printPorts(p.stdout, cfg, c.Bool)
		},
	}
}

// printPorts prints the lines of those firewalls that are asked for, or those of all
// under headings that a shell takes for comments.
func printPorts(w io.Writer, cfg config.Config, asked func(name string) bool) error {
	all, err := openingsOf(cfg)
	if err != nil {
		return err
	}
	var text strings.Builder
	some := false
	for _, f := range firewalls {
		some = some || asked(f.name)
	}
	if len(all) == 0 {
		fmt.Fprintf(&text, "# %s\n", all)
	} else if !some {
		fmt.Fprintf(&text, "# to open: %s\n", all)
	}
	for _, f := range firewalls {
		if len(all) == 0 || some && !asked(f.name) {
			continue
		}
		if !some {
			fmt.Fprintf(&text, "\n# %s: %s\n", f.name, f.about)
		}
		fmt.Fprintln(&text, strings.Join(f.lines(all), "\n"))
	}
	_, err = io.WriteString(w, text.String())
	return err
}

// openingsOf reads the listeners off the settings. A port that the system will
// choose at the start can be opened by nobody.
func openingsOf(cfg config.Config) (opened, error) {
	pages, err := listeners("http.listen", cfg.HTTP.Listen)
	if err != nil {
		return nil, err
	}
	turn, err := listeners("turn.listen", cfg.TURN.Listen)
	if err != nil {
		return nil, err
	}
	return openings(pages, turn, cfg.TURN.RelayPorts), nil
}

func listeners(setting string, addresses []string) (all []netip.AddrPort, err error) {
	for _, address := range addresses {
		at, err := net.ResolveTCPAddr("tcp", address)
		if err != nil {
			return nil, fmt.Errorf("looking up %s: %w", setting, err)
		}
		if at.Port == 0 {
			return nil, fmt.Errorf("%s has port 0, so nobody knows before the start which port it will be; name one", setting)
		}
		ip, _ := netip.AddrFromSlice(at.IP)
		if at.IP == nil {
			ip = netip.IPv6Unspecified()
		}
		all = append(all, netip.AddrPortFrom(ip.Unmap(), uint16(at.Port)))
	}
	return all, nil
}

// ufw takes a port without a protocol for both, but no range without one.
func (all opened) ufw() (lines []string) {
	for _, o := range all {
		switch protocols := o.protocols(); {
		case len(protocols) == 2 && o.from == o.to:
			lines = append(lines, "sudo ufw allow "+o.ports(":"))
		default:
			for _, protocol := range protocols {
				lines = append(lines, "sudo ufw allow "+o.ports(":")+"/"+protocol)
			}
		}
	}
	return lines
}

func (all opened) firewalld() []string {
	command := "sudo firewall-cmd --permanent"
	for _, o := range all {
		for _, protocol := range o.protocols() {
			command += " --add-port=" + o.ports("-") + "/" + protocol
		}
	}
	return []string{command, "sudo firewall-cmd --reload"}
}

func (all opened) nft() (lines []string) {
	for _, protocol := range []string{"tcp", "udp"} {
		var ports []string
		for _, o := range all {
			if protocol == "tcp" && o.tcp || protocol == "udp" && o.udp {
				ports = append(ports, o.ports("-"))
			}
		}
		if len(ports) > 0 {
			lines = append(lines, protocol+" dport { "+strings.Join(ports, ", ")+" } accept")
		}
	}
	return lines
}
