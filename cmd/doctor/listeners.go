package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"zerortc/cmd/finding"
	"zerortc/config"
	"zerortc/turnserver/probe"
)

// listener is a port that the settings have the server listen on.
type listener struct {
	setting string   // http.listen or turn.listen
	address string   // as it stands there
	at      []string // by which others reach it
}

func (l listener) flag() string { return "--" + strings.ReplaceAll(l.setting, ".", "-") }

// listeners are those of the settings.
func (h Home) listeners() (list []listener) {
	for _, address := range h.Config.HTTP.Listen {
		list = append(list, listener{"http.listen", address, h.reachedBy(address)})
	}
	for _, address := range h.Config.TURN.Listen {
		list = append(list, listener{"turn.listen", address, h.reachedBy(address)})
	}
	return list
}

// reachedBy is a wildcard as the addresses of this machine that it stands for.
func (h Home) reachedBy(address string) (all []string) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil
	}
	addr, err := netip.ParseAddr(host)
	if host != "" && (err != nil || !addr.IsUnspecified()) {
		return []string{address}
	}
	for _, a := range h.Addrs {
		if host == "" || addr.Is6() || a.Is4() {
			all = append(all, net.JoinHostPort(a.String(), port))
		}
	}
	return all
}

// reach knocks at every address by which the server should be reached, and picks the
// page to visit: the first that is reached, and loopback for want of another.
func (h Home) reach(ctx context.Context) (list finding.List, base *url.URL) {
	var checks []check
	pages := map[string]bool{}
	for _, l := range h.listeners() {
		for _, at := range l.at {
			checks = append(checks, check{name: l.setting + " tcp " + at, label: l.setting, run: answersTCP(at)})
			if l.setting == "turn.listen" {
				checks = append(checks, check{name: l.setting + " udp " + at, label: l.setting, run: answersUDP(at)})
			} else {
				pages[l.setting+" tcp "+at] = true
			}
		}
	}
	checks = append(checks, h.hairpin()...)
	list = runAll(ctx, checks)
	for i, c := range checks {
		_, at, _ := strings.Cut(c.name, " tcp ")
		if pages[c.name] && list[i].Verdict == finding.OK && (base == nil || nowhere(base.Hostname())) {
			base = &url.URL{Scheme: h.scheme(), Host: at}
		}
	}
	return list, base
}

func (h Home) scheme() string {
	if h.Config.TLS.Mode == config.TLSOff {
		return "http"
	}
	return "https"
}

// answersTCP sees that somebody listens.
func answersTCP(at string) func(context.Context) finding.Finding {
	return func(ctx context.Context) finding.Finding {
		var d net.Dialer
		begin := time.Now()
		conn, err := d.DialContext(ctx, "tcp", at)
		if err != nil {
			what, remedy := notConnected(at, "tcp", err)
			return finding.Bad("", what, remedy)
		}
		_ = conn.Close()
		return finding.Good("", "%s is reached over tcp in %s", at, round(time.Since(begin)))
	}
}

// answersUDP sees that STUN is answered.
func answersUDP(at string) func(context.Context) finding.Finding {
	return func(ctx context.Context) finding.Finding {
		_, took, err := binding(ctx, at)
		if err != nil {
			if errors.Is(err, probe.ErrTimeout) {
				err = context.DeadlineExceeded
			}
			what, remedy := notConnected(at, "udp", err)
			return finding.Bad("", what, remedy)
		}
		return finding.Good("", "%s is reached over udp in %s", at, round(took))
	}
}

// none says why there is no server to look at, and whether one could start.
func (h Home) none() finding.Finding {
	const remedy = "start it (zerortc serve) with the same settings, or name a running one with --url"
	var random []string
	for _, l := range h.listeners() {
		if _, port, _ := net.SplitHostPort(l.address); port == "0" {
			random = append(random, l.setting)
			continue
		}
		if err := h.free(l); err != nil {
			return l.notFree(err)
		}
	}
	if len(random) > 0 {
		return finding.Bad("server", "where the server is cannot be read off port 0 of "+strings.Join(random, " and "), "name it with --url, as its start tells it")
	}
	return finding.Bad("server", "no server runs here with these settings; its ports are free", remedy)
}

// notFree is why no server could start.
func (l listener) notFree(err error) finding.Finding {
	what := fmt.Sprintf("no server of these settings is reached here, and none could start: %s %s: %v", l.setting, l.address, err)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return finding.Bad("server", what, "stop the program that has the port, or take another with "+l.flag())
	case errors.Is(err, syscall.EACCES):
		return finding.Bad("server", what, "ports below 1024 need CAP_NET_BIND_SERVICE, or take a higher one with "+l.flag())
	}
	return finding.Bad("server", what, "give an address of this machine, or none, with "+l.flag())
}

// free takes the listener's ports for a moment.
func (h Home) free(l listener) error {
	tcp, err := net.Listen("tcp", l.address)
	if err != nil {
		return err
	}
	defer tcp.Close()
	if l.setting != "turn.listen" {
		return nil
	}
	udp, err := net.ListenPacket("udp", l.address)
	if err != nil {
		return err
	}
	return udp.Close()
}

// reachedOnly leaves out of a list what only says again that no server runs.
func reachedOnly(list finding.List) finding.List {
	return slices.DeleteFunc(list, func(f finding.Finding) bool { return f.Verdict != finding.OK })
}
