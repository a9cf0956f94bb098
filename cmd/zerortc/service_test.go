//go:build linux

package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// passed starts the program as a service manager does, with sockets that are open.
// LISTEN_PID has to be its own id, which a shell knows before it becomes it.
func passed(t *testing.T, names string, sockets []*os.File, args ...string) *running {
	t.Helper()
	shell := fmt.Sprintf(`LISTEN_PID=$$ LISTEN_FDS=%d LISTEN_FDNAMES=%s exec "$0" "$@"`, len(sockets), names)
	cmd := exec.Command("sh", append([]string{"-c", shell, binary}, args...)...)
	cmd.ExtraFiles = sockets
	return startCommand(t, cmd, nil)
}

func tcpSocket(t *testing.T, at string) (*os.File, int) {
	t.Helper()
	l, err := net.Listen("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	file, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file, l.Addr().(*net.TCPAddr).Port
}

func udpSocket(t *testing.T, at string) (*os.File, int) {
	t.Helper()
	c, err := net.ListenPacket("udp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	file, err := c.(*net.UDPConn).File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file, c.LocalAddr().(*net.UDPAddr).Port
}

// twins are a TCP and a UDP socket of one port; at has no port.
func twins(t *testing.T, at string) (files []*os.File, port int) {
	t.Helper()
	for range 16 {
		udp, port := udpSocket(t, net.JoinHostPort(at, "0"))
		l, err := net.Listen("tcp", net.JoinHostPort(at, fmt.Sprint(port)))
		if err != nil {
			continue
		}
		defer l.Close()
		tcp, err := l.(*net.TCPListener).File()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { tcp.Close() })
		return []*os.File{tcp, udp}, port
	}
	t.Fatal("no port is free for both")
	return nil, 0
}

// What a service manager listens on is served, besides what the settings name.
func TestSocketsPassed(t *testing.T) {
	t.Parallel()
	both, turnPort := twins(t, "127.0.0.1")
	page, pagePort := tcpSocket(t, "127.0.0.1:0")
	server := passed(t, "turn:turn:http", append(both, page), onLoopback(t)...)
	banner := server.ready()
	for _, want := range []string{
		fmt.Sprintf("http://127.0.0.1:%d/", pagePort),
		fmt.Sprintf("turn:127.0.0.1:%d?transport=udp", turnPort),
	} {
		if !strings.Contains(banner, want) {
			t.Errorf("no %s in\n%s", want, banner)
		}
	}
	if n := strings.Count(banner, "transport=udp"); n != 2 {
		t.Errorf("%d TURN listeners, want that of the settings as well:\n%s", n, banner)
	}
	for _, port := range []int{pagePort, turnPort} { // every TCP port speaks everything
		answer, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/", port))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	bindingAnswered(t, fmt.Sprintf("turn:127.0.0.1:%d", turnPort))
	server.stop(syscall.SIGTERM)
}

// A port that the settings name too is not opened a second time, and a datagram
// socket for both families answers both.
func TestSocketsOfTheSettings(t *testing.T) {
	t.Parallel()
	both, port := twins(t, "")
	listen := fmt.Sprintf(":%d", port)
	server := passed(t, "http:http", both, "serve", "--http-listen", listen, "--turn-listen", listen,
		"--state-dir", filepath.Join(t.TempDir(), "state"))
	server.ready()
	bindingAnswered(t, fmt.Sprintf("turn:127.0.0.1:%d", port))
	bindingAnswered(t, fmt.Sprintf("turn:[::1]:%d", port))
	server.stop(syscall.SIGTERM)
}

// A mistake in a socket unit is told as one, and no restart is asked for.
func TestSocketsThatAreWrong(t *testing.T) {
	tcp, _ := tcpSocket(t, "127.0.0.1:0")
	udp, _ := udpSocket(t, "127.0.0.1:0")
	file, err := os.Open("/dev/null")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, row := range []struct {
		name, names string
		sockets     []*os.File
		told        string
	}{
		{"no name", "zerortc.socket", []*os.File{tcp}, "FileDescriptorName="},
		{"no socket", "http", []*os.File{file}, "is no socket"},
		{"UDP alone", "turn", []*os.File{udp}, "ListenStream="},
	} {
		server := passed(t, row.names, row.sockets, onLoopback(t)...)
		if code := server.code(); code != exitSettings || !strings.Contains(server.stderr.String(), row.told) {
			t.Errorf("%s: exit code %d, %s", row.name, code, server.stderr.String())
		}
	}
}

// The service manager hears when clients are answered, how things are, and of the
// end.
func TestServiceManagerIsTold(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "notify")
	manager := managerAt(t, name)
	server := start(t, []string{"NOTIFY_SOCKET=" + name, "WATCHDOG_USEC=300000"}, onLoopback(t)...)
	manager.hear(t, "READY=1\nSTATUS=0 calls, 0 sockets, ")
	if !strings.HasPrefix(manager.heard[0], "READY=1") {
		t.Errorf("the first message is %q", manager.heard[0])
	}
	manager.hear(t, "WATCHDOG=1")
	server.stop(syscall.SIGTERM)
	manager.hear(t, "STOPPING=1")
}

// While calls are waited for it hears of a reload no more than that there was one: it is
// not told that we are ready again. That we stop it hears once it has asked, so that
// systemctl stop does ask after ctl drain, and from then on of another time.
func TestServiceManagerWhileDraining(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "notify")
	manager := managerAt(t, name)
	s := &reloading{file: filepath.Join(t.TempDir(), "z.yaml")}
	s.write(t, "")
	s.running = start(t, []string{"NOTIFY_SOCKET=" + name}, onLoopback(t, "--config", s.file)...)
	s.banner = s.ready()
	manager.hear(t, "READY=1\nSTATUS=0 calls, 0 sockets, ")
	s.call(t)
	s.mustCtl(t, "ctl drain --within 30m")
	manager.hear(t, "STATUS=waiting for calls to end")
	manager.heard = nil
	s.mustCtl(t, "ctl drain --within 20m")
	s.reload(t, "log: {level: debug}\ndrain: {timeout: 10m}")
	manager.hear(t, "STATUS=waiting for calls to end; settings reloaded")
	for _, m := range manager.heard {
		if !strings.HasPrefix(m, "STATUS=waiting for calls to end") {
			t.Errorf("heard %q", m)
		}
	}
	s.signal(t)
	manager.hear(t, "STOPPING=1\nSTATUS=waiting for calls to end\nEXTEND_TIMEOUT_USEC=604500000")
	s.mustCtl(t, "ctl drain --within 20m")
	manager.hear(t, "STOPPING=1\nSTATUS=waiting for calls to end\nEXTEND_TIMEOUT_USEC=1204500000")
	s.stop(syscall.SIGTERM)
}

// hearing is a service manager that keeps what it is told.
type hearing struct {
	conn  *net.UnixConn
	heard []string
}

func managerAt(t *testing.T, name string) *hearing {
	t.Helper()
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return &hearing{conn: conn}
}

// hear waits for a message that begins like this.
func (h *hearing) hear(t *testing.T, begin string) {
	t.Helper()
	h.conn.SetReadDeadline(time.Now().Add(patience))
	b := make([]byte, 4096)
	for !slices.ContainsFunc(h.heard, func(m string) bool { return strings.HasPrefix(m, begin) }) {
		n, err := h.conn.Read(b)
		if err != nil {
			t.Fatalf("no %s: %v, but %q", begin, err, h.heard)
		}
		h.heard = append(h.heard, string(b[:n]))
	}
}
