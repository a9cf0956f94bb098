package systemd

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// Manager is the service manager that started us, if one did.
type Manager struct {
	notify   *net.UnixAddr // nil: nobody wants to be told
	watchdog time.Duration // how often it wants to hear from us; 0: not at all
}

// Find looks for the manager in the environment of the process with the id pid.
func Find(getenv func(name string) string, pid int) *Manager {
	m := &Manager{}
	if path := getenv("NOTIFY_SOCKET"); path != "" {
		// net takes @ for the byte that begins an abstract name, as systemd means it.
		m.notify = &net.UnixAddr{Name: path, Net: "unixgram"}
	}
	forUs := getenv("WATCHDOG_PID") == "" || getenv("WATCHDOG_PID") == strconv.Itoa(pid)
	if µs, err := strconv.ParseInt(getenv("WATCHDOG_USEC"), 10, 64); err == nil && µs > 0 && forUs {
		m.watchdog = time.Duration(µs) * time.Microsecond
	}
	return m
}

// Listens tells whether there is a manager that wants to be told anything.
func (m *Manager) Listens() bool { return m.notify != nil }

// Ready says that clients are served, at the start and after Reloading.
func (m *Manager) Ready(status string) error { return m.send("READY=1", statusLine(status)) }

// Reloading says that settings are being read anew; Ready ends it.
func (m *Manager) Reloading() error {
	return m.send("RELOADING=1", fmt.Sprintf("MONOTONIC_USEC=%d", monotonic().Microseconds()))
}

// Stopping says that the end has begun, and that it may take so long, if that is
// more than the manager would wait by itself; 0: as long as it would.
func (m *Manager) Stopping(within time.Duration, status string) error {
	lines := []string{"STOPPING=1", statusLine(status)}
	if within > 0 {
		lines = append(lines, fmt.Sprintf("EXTEND_TIMEOUT_USEC=%d", within.Microseconds()))
	}
	return m.send(lines...)
}

// Status says how the service is doing, for people.
func (m *Manager) Status(status string) error { return m.send(statusLine(status)) }

// statusLine has to be one line: the next would be taken for a message.
func statusLine(status string) string {
	return "STATUS=" + strings.Join(strings.Fields(status), " ")
}

// send sends a datagram of lines.
func (m *Manager) send(lines ...string) error {
	if m.notify == nil {
		return nil
	}
	conn, err := net.DialUnix("unixgram", nil, m.notify)
	if err != nil {
		return fmt.Errorf("telling the service manager: %w", err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte(strings.Join(lines, "\n"))); err != nil {
		return fmt.Errorf("telling the service manager: %w", err)
	}
	return nil
}
