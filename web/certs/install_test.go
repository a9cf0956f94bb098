package certs

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// fakeSystem has the files and programs that are listed.
func fakeSystem(home, user string, files, programs string) System {
	all := strings.Fields(files)
	return System{
		OS: "linux", User: user, Home: home,
		Exists: func(path string) bool { return slices.Contains(all, path) },
		Glob: func(pattern string) (found []string) {
			for _, path := range all {
				if ok, _ := filepath.Match(pattern, path); ok {
					found = append(found, path)
				}
			}
			return found
		},
		Has: func(program string) bool { return slices.Contains(strings.Fields(programs), program) },
	}
}

func TestInstallPlan(t *testing.T) {
	ca := testCA(t, "vm", Permitted{})
	const debian = "/usr/local/share/ca-certificates"
	put := "root install -m 644 /tmp/ca.pem " + debian + "/" + ca.fileName() + ".crt"
	trust := func(database string) string {
		return "certutil -A -d sql:" + database + " -t C,, -n '" + ca.Name() + "' -i /tmp/ca.pem"
	}
	other := func(os string) System { return System{OS: os} }
	for _, row := range []struct {
		name string
		on   System
		want []string
	}{
		{"Debian server", fakeSystem("/root", "", debian, "update-ca-certificates"),
			[]string{put, "root update-ca-certificates"}},
		{"Fedora server", fakeSystem("/root", "", "/etc/pki/ca-trust/source/anchors "+debian, "update-ca-trust"),
			[]string{"root install -m 644 /tmp/ca.pem /etc/pki/ca-trust/source/anchors/" + ca.fileName() + ".pem", "root update-ca-trust extract"}},
		{"unknown Linux", fakeSystem("/root", "", "", ""), []string{"by hand"}},
		{"desktop", fakeSystem("/home/alice", "", debian+" /home/alice/.pki/nssdb/cert9.db /home/alice/.mozilla/firefox/ab.default/cert9.db",
			"update-ca-certificates certutil chromium"),
			[]string{put, "root update-ca-certificates", trust("/home/alice/.pki/nssdb"), trust("/home/alice/.mozilla/firefox/ab.default")}},
		{"under sudo", fakeSystem("/home/alice", "alice", debian+" /home/alice/snap/firefox/common/.mozilla/firefox/ab/cert9.db", "update-ca-certificates certutil"),
			[]string{put, "root update-ca-certificates", "runuser -u alice -- " + trust("/home/alice/snap/firefox/common/.mozilla/firefox/ab")}},
		{"Chromium that was never started", fakeSystem("/home/alice", "", debian, "update-ca-certificates certutil chromium"),
			[]string{put, "root update-ca-certificates", "mkdir -p /home/alice/.pki/nssdb",
				"certutil -N --empty-password -d sql:/home/alice/.pki/nssdb", trust("/home/alice/.pki/nssdb")}},
		{"no certutil", fakeSystem("/home/alice", "", debian+" /home/alice/.pki/nssdb/cert9.db", "update-ca-certificates"),
			[]string{put, "root update-ca-certificates", "libnss3-tools"}},
		{"macOS", other("darwin"), []string{"root security add-trusted-cert -d -r trustRoot -p ssl -k /Library/Keychains/System.keychain /tmp/ca.pem"}},
		{"Windows", other("windows"), []string{"certutil -user -addstore -f ROOT /tmp/ca.pem"}},
		{"another", other("plan9"), []string{"zerortc ca export"}},
	} {
		var got []string
		for _, step := range ca.InstallPlan("/tmp/ca.pem", row.on) {
			text := step.String()
			if step.Root {
				text = "root " + text
			}
			if text == "" {
				text = step.What
			}
			got = append(got, text)
		}
		ok := len(got) == len(row.want)
		for i := range min(len(got), len(row.want)) {
			ok = ok && (got[i] == row.want[i] || !strings.Contains(row.want[i], "ca.pem") && strings.Contains(got[i], row.want[i]))
		}
		if !ok {
			t.Errorf("%s: got\n%s\nwant\n%s", row.name, strings.Join(got, "\n"), strings.Join(row.want, "\n"))
		}
	}
}

// TestInstall does to the browsers of a home made for it what it would do to ours.
func TestInstall(t *testing.T) {
	ca := testCA(t, "vm", Permitted{})
	home := t.TempDir()
	firefox := filepath.Join(home, ".mozilla", "firefox", "ab.default")
	if err := os.MkdirAll(firefox, 0o700); err != nil {
		t.Fatal(err)
	}
	must(run(t, "certutil", "-N", "--empty-password", "-d", "sql:"+firefox))(t)
	on := ThisSystem(func(string) string { return "" })
	on.OS, on.Home = "linux", home
	on.Exists = func(string) bool { return false } // the system's own store is not ours to touch
	on.Has = func(program string) bool { return program == "chromium" || program == "certutil" }
	for range 2 { // the second finds all as it should be
		var told bytes.Buffer
		if err := ca.Install(t.Context(), on, &told); !errors.Is(err, ErrNotAll) {
			t.Errorf("got %v", err)
		}
		wantText(t, told.String(), "by hand", "Firefox (ab.default)", "Chromium", "  $ certutil -A -d sql:")
		if strings.Contains(told.String(), "not done") {
			t.Error(told.String())
		}
		for _, database := range []string{firefox, filepath.Join(home, ".pki", "nssdb")} {
			listed := must(run(t, "certutil", "-L", "-d", "sql:"+database))(t)
			wantText(t, strings.Join(strings.Fields(listed), " "), ca.Name()+" C,,")
		}
	}
}

func TestInstallTellsWhatFails(t *testing.T) {
	var told bytes.Buffer
	if (Step{What: "Try", Command: []string{"sh", "-c", "echo no room; exit 3"}}).run(t.Context(), &told) {
		t.Error("it went well")
	}
	wantText(t, told.String(), "Try\n", "  $ sh -c 'echo no room; exit 3'\n", "  not done: exit status 3\n", "  no room\n")
}

func TestStepsAreQuoted(t *testing.T) {
	step := Step{Command: []string{"printf", "%s.", "plain", "two words", "it's", "$HOME", "a;b"}}
	out, err := exec.Command("sh", "-c", step.String()).Output()
	if err != nil || string(out) != "plain.two words.it's.$HOME.a;b." {
		t.Errorf("%s: %v %s", step, err, out)
	}
}

func TestSystemUnderSudo(t *testing.T) {
	sudo := func(name string) string { return map[string]string{"SUDO_USER": "nobody"}[name] }
	on := ThisSystem(sudo)
	if os.Geteuid() == 0 && (on.User != "nobody" || on.Home == "/root") {
		t.Errorf("root works for %q in %s", on.User, on.Home)
	}
	if os.Geteuid() != 0 && on.User != "" {
		t.Errorf("a user works for %q", on.User)
	}
}
