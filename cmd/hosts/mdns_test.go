//go:build hosts

package hosts

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zerortc/cmd/finding"
	"zerortc/cmd/mdns"
)

// localName is the server's in the local network: the machine's, whose name all
// namespaces share.
func localName(t *testing.T) string {
	t.Helper()
	host, err := os.Hostname()
	name := mdns.Name(host)
	if err != nil || name == "" {
		t.Fatalf("this machine's name %q, %v, cannot be one of a local network", host, err)
	}
	return name
}

// find asks the network of a host for a name; empty: nobody answers.
func (n *network) find(host, name string) string {
	out, err := n.run(host, "name", name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(out)
}

// askForName is the client's part of find.
func askForName(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	addrs, err := mdns.Ask(ctx, name)
	if err != nil {
		return err
	}
	fmt.Println(addrs[0])
	return nil
}

// eventually waits for what takes a few packets.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(40 * time.Second); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("never: ", what)
		}
	}
}

// avahi runs the mDNS responder of other machines on a host, by a name of its own, and
// gives back the socket by which programs there look up names.
func (n *network) avahi(host, name string) (socket string) {
	n.t.Helper()
	folder := n.t.TempDir()
	file := filepath.Join(folder, "avahi.conf")
	if err := os.WriteFile(file, []byte("[server]\nhost-name="+name+"\nenable-dbus=no\nuse-ipv6=no\n[publish]\npublish-workstation=no\n"), 0o600); err != nil {
		n.t.Fatal(err)
	}
	// avahi has its socket and its own number in a fixed folder, so each has its own.
	cmd := exec.Command("ip", "netns", "exec", n.name(host), "unshare", "--mount", "sh", "-c",
		`mkdir -p /run/avahi-daemon "$1/run" && mount --bind "$1/run" /run/avahi-daemon && exec avahi-daemon --no-drop-root --no-chroot --no-rlimits -f "$2"`, "sh", folder, file)
	var log safe
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	n.t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	for end := time.Now().Add(30 * time.Second); !strings.Contains(log.String(), "Server startup complete"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			n.t.Fatalf("avahi does not start:\n%s", log.String())
		}
	}
	return filepath.Join(folder, "run", "socket")
}

// lookUp asks avahi, as the resolver of a desktop does.
func lookUp(t *testing.T, socket, name string) string {
	t.Helper()
	conn, err := net.Dial("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := conn.Write([]byte("RESOLVE-HOSTNAME-IPV4 " + name + "\n")); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(conn).ReadString('\n')
	words := strings.Fields(line) // + interface protocol name address
	if len(words) != 5 || words[0] != "+" {
		return line
	}
	return words[4]
}

// Each network is told the address that the server has in it, and so is avahi there.
func TestNameInEachNetwork(t *testing.T) {
	n, name := newNetwork(t), localName(t)
	if banner := n.serve(); !strings.Contains(banner, "https://"+name+":9001/") {
		t.Errorf("the banner lacks %s:\n%s", name, banner)
	}
	for host, address := range map[string]string{"left": leftServer, "right": rightServer} {
		eventually(t, host+" finds the server at "+address, func() bool { return n.find(host, name) == address })
	}
	socket := n.avahi("left", "somebody")
	eventually(t, "avahi finds the server", func() bool { return lookUp(t, socket, name) == leftServer })
	want(t, n.doctor("server"), "mdns", finding.OK, name)

	// Nobody from beyond the link gets there, nor anybody who asks the machine itself.
	if out, _ := n.try("left", "dig", "-p", "5353", "@"+leftServer, "+tries=1", "+time=1", name, "A"); strings.Contains(out, "ANSWER SECTION") {
		t.Errorf("answers what is sent to its address:\n%s", out)
	}

	// A network that comes later is told too.
	n.on("server", "ip", "addr", "add", "10.77.3.1/24", "dev", "right")
	n.on("server", "ip", "addr", "del", rightServer+"/24", "dev", "right")
	n.on("right", "ip", "addr", "add", "10.77.3.2/24", "dev", "eth0")
	n.on("right", "ip", "addr", "del", "10.77.2.2/24", "dev", "eth0")
	eventually(t, "the new address", func() bool { return n.find("right", name) == "10.77.3.1" })
}

// Another machine of the same name keeps it, and the server says so.
func TestNameOfAnotherMachine(t *testing.T) {
	n, name := newNetwork(t), localName(t)
	n.avahi("left", strings.TrimSuffix(name, ".local"))
	n.serve()
	eventually(t, "the server notices", func() bool { return strings.Contains(n.log.String(), "another machine has the name of this one") })
	if got := n.find("left", name); got == leftServer {
		t.Errorf("%s leads to the server all the same", name)
	}
	want(t, n.doctor("server"), "mdns", finding.Hint, "10.77.1.2")
}

// avahi on the server answers already, with the same addresses.
func TestAvahiOnTheServer(t *testing.T) {
	n, name := newNetwork(t), localName(t)
	n.avahi("server", strings.TrimSuffix(name, ".local"))
	n.serve()
	eventually(t, "the server notices", func() bool { return strings.Contains(n.log.String(), "another program of this machine answers") })
	eventually(t, "avahi answers", func() bool { return n.find("left", name) != "" })
	want(t, n.doctor("server"), "mdns", finding.OK, name)
}

func TestNoName(t *testing.T) {
	n, name := newNetwork(t), localName(t)
	if banner := n.serve("--http-mdns", "off"); strings.Contains(banner, name) {
		t.Errorf("the banner names %s:\n%s", name, banner)
	}
	if got := n.find("left", name); got != "" {
		t.Errorf("%s is at %s", name, got)
	}
	want(t, n.doctor("server", "--http-mdns", "off"), "mdns", finding.Skipped, "http.mdns is off")
}
