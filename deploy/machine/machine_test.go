//go:build systemd

package machine

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zerortc/turnserver/probe"
)

const (
	page   = "http://" + address + ":9001"
	secret = "a-secret-that-came-as-a-credential"
	edited = "log:\n  level: debug\n"
)

// The life of an installation, one chapter after the other, each on what those
// before it have left.
func TestMachine(t *testing.T) {
	c := boot(t)
	before := c.files()
	for _, chapter := range []struct {
		name string
		tell func(*testing.T, *computer)
	}{
		{"install", install},
		{"enable", enable},
		{"outside", outside},
		{"reload", reload},
		{"watchdog", watchdog},
		{"crash", crash},
		{"ports below 1024", lowPorts},
		{"credential", credential},
		{"upgrade", upgrade},
		{"drain", drain},
		{"purge", func(t *testing.T, c *computer) { purge(t, c, before) }},
	} {
		begin := time.Now()
		ok := t.Run(chapter.name, func(t *testing.T) {
			c.t = t
			defer func() { c.t = nil }()
			chapter.tell(t, c)
		})
		c.t = t
		if !ok {
			return
		}
		t.Logf("%s: %v", chapter.name, time.Since(begin).Round(time.Millisecond))
	}
}

// install is by apt, and starts nothing.
func install(t *testing.T, c *computer) {
	c.run("apt-get", "install", "--yes", "/packages/"+filepath.Base(file(first)))
	for want, command := range map[string]string{
		"640 root zerortc":  "stat --format '%a %U %G' /etc/zerortc/zerortc.yaml",
		"disabled":          "systemctl is-enabled zerortc zerortc-http.socket zerortc-turn.socket | sort --unique",
		"inactive":          "systemctl is-active zerortc zerortc-http.socket zerortc-turn.socket | sort --unique",
		"/usr/sbin/nologin": "getent passwd zerortc | cut --delimiter : --fields 7",
		"v0.1.0":            "zerortc version | grep --only-matching v0.1.0",
		"there":             "gzip --test /usr/share/man/man8/zerortc.8.gz && bash -n /usr/share/bash-completion/completions/zerortc && echo there",
	} {
		if got, _ := c.try("sh", "-c", command); got != want {
			t.Errorf("%s: %q, want %q", command, got, want)
		}
	}
}

// enable starts it, and systemd knows how it is.
func enable(t *testing.T, c *computer) {
	c.run("systemctl", "enable", "--now", "zerortc") // ends once it is ready
	for name, want := range map[string]string{
		"ActiveState": "active", "NRestarts": "0", "Type": "notify", "WatchdogUSec": "30s", "User": "zerortc",
	} {
		if got := c.property(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	if got := c.property("StatusText"); !strings.Contains(got, "allocations") {
		t.Errorf("the status is %q", got)
	}
	status := c.run("cat", "/proc/"+c.property("MainPID")+"/status")
	for _, want := range []string{"CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"} {
		if !strings.Contains(status, want) {
			t.Errorf("the process has not %q", want)
		}
	}
}

// outside are callers, who get the page and relays.
func outside(t *testing.T, c *computer) {
	for _, base := range []string{page, strings.Replace(page, "http", "https", 1)} {
		if got, err := c.get(base + "/healthz"); err != nil || got != "ok\n" {
			t.Errorf("%s: %q, %v", base, got, err)
		}
	}
	if got, err := c.get("https://" + address + ":9001/"); err != nil || !strings.Contains(got, "<title") {
		t.Errorf("the page: %v\n%s", err, got)
	}
	who, err := c.invited(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, network := range []string{"udp", "tcp", "tls"} {
		wantRelay(t, c, network, 3478, who)
	}
}

func wantRelay(t *testing.T, c *computer, network string, port int, who user) {
	t.Helper()
	k, err := c.call(network, port, who)
	if err != nil {
		t.Errorf("relays by %s: %v\n%s", network, err, c.log())
		return
	}
	defer k.end()
	if err := k.pass("hello"); err != nil {
		t.Errorf("relayed by %s: %v", network, err)
	}
}

// reload: settings are read again, and calls lose no packet over it. Settings that
// are wrong change nothing.
func reload(t *testing.T, c *computer) {
	who, err := c.invited(page)
	if err != nil {
		t.Fatal(err)
	}
	var ends []func() (sent, lost int)
	for _, network := range []string{"udp", "tcp", "tls"} {
		k, err := c.call(network, 3478, who)
		if err != nil {
			t.Fatal(err)
		}
		defer k.end()
		ends = append(ends, k.talk())
	}
	static := user{"anna", "a-password-of-annas"}
	known := func() bool {
		k, err := c.call("udp", 3478, static)
		if err == nil {
			k.end()
		}
		return err == nil
	}
	if known() {
		t.Error("the user is known before she is in the settings")
	}
	old := c.property("MainPID")
	c.settings("log:\n  level: debug\nturn:\n  users:\n  - " + static.Username + ":" + static.Credential + "\n")
	c.run("systemctl", "reload", "zerortc")
	c.await("the new user", known)
	c.settings("turn:\n  no-such-setting: 1\n")
	if out, err := c.try("systemctl", "reload", "zerortc"); err == nil {
		t.Errorf("wrong settings are no fault: %s", out)
	}
	if !strings.Contains(c.log(), "no-such-setting") {
		t.Errorf("the fault is not told:\n%s", c.log())
	}
	if !known() {
		t.Error("wrong settings took the user away")
	}
	c.settings("# nothing\n")
	c.run("systemctl", "reload", "zerortc")
	c.await("the end of the user", func() bool { return !known() })
	for i, end := range ends {
		if sent, lost := end(); lost != 0 || sent < 100 {
			t.Errorf("call %d: %d packets, lost are %d", i, sent, lost)
		}
	}
	if c.property("MainPID") != old || c.property("ActiveState") != "active" {
		t.Error("it was restarted")
	}
}

// settings writes the file of settings, which keeps its owner.
func (c *computer) settings(text string) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.root, "etc/zerortc/zerortc.yaml"), []byte(text), 0o640); err != nil {
		c.t.Fatal(err)
	}
}

// watchdog: a process that hangs is killed and comes back. Stopped, it can show no
// sign of life.
func watchdog(t *testing.T, c *computer) {
	const folder = "/run/systemd/system/zerortc.service.d"
	c.run("sh", "-c", "mkdir -p "+folder+" && printf '[Service]\\nWatchdogSec=2\\n' > "+folder+"/soon.conf")
	c.run("systemctl", "daemon-reload")
	c.run("systemctl", "restart", "zerortc")
	time.Sleep(3 * time.Second) // longer than the watchdog waits: it is fed
	c.back("SIGSTOP", "watchdog")
	c.run("rm", "--recursive", folder)
	c.run("systemctl", "daemon-reload")
	c.run("systemctl", "restart", "zerortc")
}

// crash: what Go does when it panics ends in a signal, not in the exit code of a
// wrong command line, after which there would be no restart.
func crash(t *testing.T, c *computer) { c.back("SIGABRT", "signal") }

// back sends the process a signal that is the end of it, and waits for another one
// that serves callers.
func (c *computer) back(signal, result string) {
	c.t.Helper()
	old, count := c.property("MainPID"), c.property("NRestarts")
	c.run("systemctl", "kill", "--kill-who=main", "--signal", signal, "zerortc")
	c.await("a restart after "+signal, func() bool {
		return c.property("NRestarts") != count && c.property("ActiveState") == "active" && c.property("MainPID") != old
	})
	if log := c.run("journalctl", "--unit", "zerortc", "--no-pager", "--output", "cat"); !strings.Contains(log, "Failed with result '"+result+"'") {
		c.t.Errorf("it has not failed by %s", result)
	}
	if got, err := c.get(page + "/healthz"); err != nil || got != "ok\n" {
		c.t.Errorf("after %s: %q, %v", signal, got, err)
	}
}

// lowPorts: systemd has port 443, and hands it to a process without any rights.
func lowPorts(t *testing.T, c *computer) {
	c.run("systemctl", "stop", "zerortc")
	c.run("systemctl", "enable", "--now", "zerortc-http.socket")
	if got, err := c.get("https://" + address + "/healthz"); err != nil || got != "ok\n" { // which starts the service
		t.Errorf("port 443: %q, %v\n%s", got, err, c.log())
	}
	who, err := c.invited("https://" + address)
	if err != nil {
		t.Fatal(err)
	}
	for _, network := range []string{"udp", "tcp", "tls"} {
		wantRelay(t, c, network, 443, who)
	}
	wantRelay(t, c, "udp", 3478, who) // of the settings still
	c.run("systemctl", "enable", "--now", "zerortc")
	old := c.property("MainPID")
	c.run("systemctl", "restart", "zerortc")
	if c.property("MainPID") == old {
		t.Error("it has not been restarted")
	}
	wantRelay(t, c, "udp", 443, who)
	if list, err := c.get("https://" + address + "/api/ice"); err != nil || !strings.Contains(list, address+":443?transport=udp") {
		t.Errorf("the ICE list: %s, %v", list, err)
	}
	if caps := c.run("grep", "CapEff", "/proc/"+c.property("MainPID")+"/status"); !strings.HasSuffix(caps, "0000000000000000") {
		t.Errorf("it has rights: %s", caps)
	}
}

// credential: a secret that root alone can read is used.
func credential(t *testing.T, c *computer) {
	if k, err := c.call("udp", 3478, signed(secret)); err == nil {
		k.end()
		t.Error("the secret is known before it is told")
	}
	c.run("sh", "-c", fmt.Sprintf("install -d -m 700 /etc/credstore && (umask 077; echo %s > /etc/credstore/zerortc.turn-secrets)", secret))
	c.run("systemctl", "restart", "zerortc")
	wantRelay(t, c, "udp", 3478, signed(secret))
	who, err := c.invited(page)
	if err != nil {
		t.Fatal(err)
	}
	wantRelay(t, c, "udp", 3478, who)
}

// upgrade keeps the settings and goes on with the new program.
func upgrade(t *testing.T, c *computer) {
	c.settings(edited)
	old := c.property("MainPID")
	c.run("apt-get", "install", "--yes", "--option", "Dpkg::Options::=--force-confold", "/packages/"+filepath.Base(file(second)))
	if got := c.run("cat", "/etc/zerortc/zerortc.yaml"); got != strings.TrimSpace(edited) {
		t.Errorf("the settings are\n%s", got)
	}
	if got := c.run("stat", "--format", "%a %G", "/etc/zerortc/zerortc.yaml"); got != "640 zerortc" {
		t.Errorf("the settings are of %s", got)
	}
	if c.property("ActiveState") != "active" || c.property("MainPID") == old {
		t.Errorf("the old program still runs:\n%s", c.log())
	}
	if got := c.run("zerortc", "version"); !strings.HasPrefix(strings.TrimPrefix(got, "zerortc version "), "v0.2.0") {
		t.Errorf("the version is %s", got)
	}
	if got := c.run("systemctl", "is-enabled", "zerortc"); got != "enabled" {
		t.Errorf("it is %s", got)
	}
	wantRelay(t, c, "udp", 3478, signed(secret))
}

// drain: a stop waits for the call that is on, and opens nothing new meanwhile.
func drain(t *testing.T, c *computer) {
	c.run("systemctl", "stop", "zerortc-http.socket") // it would start the service again
	members, err := c.room("a call")
	if err != nil {
		t.Fatal(err)
	}
	k, err := c.call("udp", 3478, signed(secret))
	if err != nil {
		t.Fatal(err)
	}
	defer k.end()
	stopped := make(chan error, 1)
	go func() {
		_, err := c.try("systemctl", "stop", "zerortc")
		stopped <- err
	}()
	c.await("the drain", func() bool { return strings.Contains(c.property("StatusText"), "waiting") })
	if other, err := c.call("udp", 3478, signed(secret)); probe.Code(err) != 508 {
		t.Errorf("a new relay: %v", err)
		if err == nil {
			other.end()
		}
	}
	if err := k.pass("still here"); err != nil {
		t.Error(err)
	}
	select {
	case <-stopped:
		t.Error("it has not waited for the call")
	case <-time.After(6 * time.Second): // longer than it would without the package's unit
	}
	for _, m := range members {
		_ = m.Close()
	}
	begin := time.Now()
	if err := <-stopped; err != nil || c.property("Result") != "success" {
		t.Errorf("stopping: %v, %s\n%s", err, c.property("Result"), c.log())
	}
	if took := time.Since(begin); took > 15*time.Second {
		t.Errorf("it ended %v after the call", took)
	}
	c.run("systemctl", "start", "zerortc-http.socket", "zerortc")
}

// purge leaves nothing but the state, its user, and what was not ours.
func purge(t *testing.T, c *computer, before map[string]bool) {
	c.run("apt-get", "purge", "--yes", "zerortc")
	if got, _ := c.try("systemctl", "is-active", "zerortc", "zerortc-http.socket"); got != "inactive\ninactive" {
		t.Errorf("it is still %s", got)
	}
	for path := range c.files() {
		expected := before[path] || strings.HasPrefix(path, "/var/lib/zerortc") || strings.HasPrefix(path, "/etc/credstore")
		if !expected {
			t.Errorf("left behind: %s", path)
		}
	}
	if got, err := c.try("test", "-e", "/var/lib/zerortc/turn-secret"); err != nil {
		t.Errorf("the state is gone: %s", got)
	}
}

// files are all there are on the disk, but for what the system writes by itself.
func (c *computer) files() map[string]bool {
	c.t.Helper()
	all := map[string]bool{}
	out := c.run("find", "/etc", "/usr", "/var", "/opt", "/srv", "/root", "/home", "-xdev",
		"(", "-path", "/var/log/*", "-o", "-path", "/var/cache/*", "-o", "-path", "/var/lib/apt/*", "-o", "-path", "/var/lib/dpkg/*",
		"-o", "-path", "/var/tmp/*", "-o", "-path", "/etc/*-", "-o", "-path", "/var/lib/systemd/*", ")", "-prune", "-o", "-print")
	for path := range strings.Lines(out) {
		all[strings.TrimSpace(path)] = true
	}
	return all
}
