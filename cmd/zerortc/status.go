package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"zerortc/cmd/admin"
)

// statusCommand shows how a running server is doing.
func statusCommand(p process) *cli.Command {
	c := ctlSubcommand(p, "status", "", "show the calls, relays, certificates and health of a running server", func(a asking) error {
		s, err := measure(a, a.server)
		if err != nil {
			return err
		}
		if a.flags.Bool("json") {
			return printJSON(a.out, s)
		}
		return s.print(a.out, time.Now())
	}, jsonFlag)
	c.Description = "It takes a second, in which it measures what the relays carry."
	return c
}

// measured is the status with what the relays carry.
type measured struct {
	admin.Status
	ToPeers   uint64 `json:"bytesPerSecondToPeers"`
	FromPeers uint64 `json:"bytesPerSecondFromPeers"`
}

const measureFor = time.Second

func measure(ctx context.Context, server *admin.Client) (m measured, err error) {
	before, err := server.Sessions(ctx)
	if err != nil {
		return m, err
	}
	begin := time.Now()
	select {
	case <-time.After(measureFor):
	case <-ctx.Done():
		return m, ctx.Err()
	}
	after, err := server.Sessions(ctx)
	if err != nil {
		return m, err
	}
	m.ToPeers, m.FromPeers = carried(before, after, time.Since(begin))
	m.Status, err = server.Status(ctx)
	return m, err
}

// carried is bytes a second between two looks. What ended between them is missing.
func carried(before, after []admin.Session, took time.Duration) (toPeers, fromPeers uint64) {
	known := map[uint64]admin.Session{}
	for _, s := range before {
		known[s.ID] = s
	}
	for _, s := range after {
		toPeers += s.ToPeers.Bytes - known[s.ID].ToPeers.Bytes
		fromPeers += s.FromPeers.Bytes - known[s.ID].FromPeers.Bytes
	}
	second := func(n uint64) uint64 { return uint64(float64(n) / took.Seconds()) }
	return second(toPeers), second(fromPeers)
}

func (m measured) print(w io.Writer, now time.Time) error {
	var text strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&text, "%-13s%s\n", name, fmt.Sprintf(format, args...))
	}
	line("server", "%s, process %d", m.Version, m.PID)
	line("up", "%v", now.Sub(m.Started).Round(time.Second))
	if m.Ready {
		line("health", "ready")
	} else {
		line("health", "not ready: %s", strings.Join(m.Reasons, ", "))
	}
	line("listens", "http %s; turn %s", strings.Join(m.HTTP, " "), strings.Join(m.TURN, " "))
	line("calls", "%d", m.Calls)
	line("rooms", "%d, with %d people; %d sockets", m.Rooms, m.Members, m.Sockets)
	line("relays", "%d; %s/s to peers, %s/s from peers", m.Allocations, size(m.ToPeers), size(m.FromPeers))
	for _, c := range m.Certificates {
		if c.Until.IsZero() {
			line("certificate", "%s: not there yet", c.Name)
			continue
		}
		line("certificate", "%s until %s (%d days)", c.Name, c.Until.Format("2006-01-02"), int(c.Until.Sub(now).Hours()/24))
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// size is a number of bytes for people.
func size(n uint64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	x, at := float64(n), 0
	for x >= 1000 && at < len(units)-1 {
		x /= 1000
		at++
	}
	if at == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", x, units[at])
}

func printJSON(w io.Writer, v any) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(v)
}
