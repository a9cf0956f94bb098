package certs

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// inABubble runs a test on a clock of its own, which says today.
func inABubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sleepUntil(today)
		test(t)
	})
}

// start serves a source until the test ends it.
func start(t *testing.T, source Source) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- source.Serve(ctx) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func openLocal(t *testing.T, folder string, m *changing, d *diary) *Local {
	t.Helper()
	return must(OpenLocal(folder, m.get, Permitted{}, d.log()))(t)
}

func TestCertificateFollowsTheMachine(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		m, d := machine("vm", "192.168.1.5"), newDiary()
		l := openLocal(t, t.TempDir(), m, d)
		defer start(t, l)()
		for _, step := range []struct {
			name, addr   string
			covered, not string
		}{
			{"vm", "192.168.1.5", "192.168.1.5", "10.0.0.9"},
			{"vm", "10.0.0.9", "10.0.0.9", "192.168.1.5"},
			{"nas", "10.0.0.9", "nas.local", "vm.local"},
		} {
			m.set(step.name, step.addr)
			time.Sleep(lookEvery + time.Second)
			synctest.Wait()
			cert := must(l.Certificate(nil))(t)
			if !l.Covers(step.covered) || l.Covers(step.not) {
				t.Errorf("at %s %s it is for %v %v", step.name, step.addr, cert.Leaf.DNSNames, cert.Leaf.IPAddresses)
			}
			if err := verify(l.current.Load(), l.CA(), step.covered, time.Now()); err != nil {
				t.Error(err)
			}
		}
		time.Sleep(time.Hour)
		if issued := d.with("certificate issued"); len(issued) != 3 {
			t.Errorf("issued %d times: %q", len(issued), issued)
		}
	})
}

func TestRenewedBeforeItsEnd(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		d := newDiary()
		l := openLocal(t, t.TempDir(), machine("vm", "192.168.1.5"), d)
		for range 2 * 365 { // Serve would look 8640 times a day, which takes its time
			time.Sleep(24 * time.Hour)
			if err := l.Refresh(); err != nil {
				t.Fatal(err)
			}
			if left := time.Until(must(l.Certificate(nil))(t).Leaf.NotAfter); left < 59*24*time.Hour {
				t.Errorf("%v left", left)
			}
		}
		if renewed := d.with(nearEnd); len(renewed) != 2 {
			t.Errorf("renewed %d times: %q", len(renewed), d.with(""))
		}
	})
}

func TestLeftOutIsToldOnce(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		m, d := machine("vm", "192.0.2.2", "10.0.0.5"), newDiary()
		l := openLocal(t, t.TempDir(), m, d)
		defer start(t, l)()
		if l.Covers("192.0.2.2") || !l.Covers("10.0.0.5") {
			t.Error("covers the wrong one")
		}
		if out := l.LeftOut(); len(out) != 1 || out[0] != (LeftOut{"192.0.2.2", notPermitted}) {
			t.Errorf("left out %v", out)
		}
		time.Sleep(time.Hour)
		if told := d.with("what=192.0.2.2"); len(told) != 1 {
			t.Errorf("told %q", told)
		}
		m.set("vm", "192.0.2.2", "198.51.100.7", "10.0.0.5")
		time.Sleep(time.Hour)
		synctest.Wait()
		if told := d.with("left out"); len(told) != 2 {
			t.Errorf("told %q", told)
		}
		if issued := d.with("certificate issued"); len(issued) != 1 {
			t.Errorf("issued %q", issued)
		}
	})
}

// Those who clicked through a warning are not asked again for a restart.
func TestRestartKeepsTheCertificate(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		folder, m, d := t.TempDir(), machine("vm", "192.168.1.5"), newDiary()
		one := must(openLocal(t, folder, m, d).Certificate(nil))(t)
		time.Sleep(24 * time.Hour)
		two := must(openLocal(t, folder, m, d).Certificate(nil))(t)
		if !one.Leaf.Equal(two.Leaf) {
			t.Error("another certificate")
		}
		m.set("vm", "192.168.1.6")
		if three := must(openLocal(t, folder, m, d).Certificate(nil))(t); one.Leaf.Equal(three.Leaf) {
			t.Error("the address has changed, the certificate has not")
		}
		wantFiles(t, folder, CAFile, LeafFile)
		wantMode(t, filepath.Join(folder, CAFile), 0o600)
		wantMode(t, filepath.Join(folder, LeafFile), 0o600)
	})
}

func TestClockThatJumps(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		folder, m := t.TempDir(), machine("vm", "192.168.1.5")
		openLocal(t, folder, m, newDiary())
		ca := must(LoadCA(folder))(t)
		for _, at := range []time.Time{today.AddDate(3, 0, 0), today.AddDate(0, 1, 0), today} { // ahead, and back
			l := &Local{ca: ca, machine: m.get, log: quiet()}
			if kept := ca.load(folder); kept != nil {
				l.current.Store(kept)
			}
			l.folder = folder
			if err := l.look(m.get(), at); err != nil {
				t.Fatal(err)
			}
			if err := verify(l.current.Load(), ca, "192.168.1.5", at); err != nil {
				t.Errorf("at %v: %v", at, err)
			}
		}
	})
}

func TestEndOfTheCAIsToldNotMended(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		folder, m, d := t.TempDir(), machine("vm", "192.168.1.5"), newDiary()
		l := openLocal(t, folder, m, d)
		before := l.CA().Fingerprint()
		sleepUntil(l.CA().NotAfter().AddDate(0, 0, -182))
		refresh := func(days int) {
			for range days {
				time.Sleep(24 * time.Hour)
				if err := l.Refresh(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if refresh(1); len(d.with("comes to its end")) != 0 {
			t.Error("too early")
		}
		refresh(21)
		if told := d.with("comes to its end"); len(told) < 2 || len(told) > 4 {
			t.Errorf("in three weeks told %d times: %q", len(told), told)
		}
		sleepUntil(l.CA().NotAfter().AddDate(0, 1, 0))
		refresh(1)
		m.set("vm", "192.168.1.6")
		again := openLocal(t, folder, m, d)
		if again.CA().Fingerprint() != before {
			t.Error("another CA")
		}
		if len(d.with("the local CA has ended")) == 0 || !again.Covers("192.168.1.6") {
			t.Errorf("told %q", d.with("CA"))
		}
	})
}

func TestCAWasMadeBeforeTheSetting(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		folder, m, d := t.TempDir(), machine("vm", "192.0.2.2"), newDiary()
		openLocal(t, folder, m, d)
		extra := Permitted{Prefixes: prefixes("192.0.2.0/24")}
		l := must(OpenLocal(folder, m.get, extra, d.log()))(t)
		if l.Covers("192.0.2.2") || len(d.with("made before it was to speak for these")) != 1 {
			t.Errorf("told %q", d.with(""))
		}
		fresh := must(OpenLocal(t.TempDir(), m.get, extra, d.log()))(t)
		if !fresh.Covers("192.0.2.2") || len(fresh.LeftOut()) > 0 {
			t.Errorf("left out %v", fresh.LeftOut())
		}
		if _, err := OpenLocal(folder, m.get, Permitted{Names: []string{"com"}}, d.log()); err == nil {
			t.Error("a setting that makes no sense passes when it is not used")
		}
	})
}

// What the CA may speak for and need no longer is told; nobody's trust is lost for it.
func TestCAWasMadeForMore(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		folder, m, d := t.TempDir(), machine("vm", "192.0.2.2"), newDiary()
		made := must(OpenLocal(folder, m.get, Permitted{[]string{"corp.example.org"}, prefixes("192.0.2.0/24")}, d.log()))(t)
		if told := d.with("may speak for these still"); len(told) > 0 {
			t.Errorf("told %q", told)
		}
		l := openLocal(t, folder, m, d)
		told := d.with("may speak for these still")
		if len(told) != 1 || !strings.Contains(told[0], "corp.example.org") || !strings.Contains(told[0], "192.0.2.0/24") {
			t.Errorf("told %q", told)
		}
		if l.CA().Fingerprint() != made.CA().Fingerprint() || !l.Covers("192.0.2.2") {
			t.Error("another CA, or less of a certificate")
		}
	})
}

func TestLocalWithoutAFolder(t *testing.T) {
	l := openLocal(t, "", machine("vm", "192.168.1.5"), newDiary())
	wantText(t, l.Describe(), "local CA", l.CA().Name(), "there is no state folder")
	if l.Refresh() != nil || !l.Covers("192.168.1.5") {
		t.Error("no certificate")
	}
}

// A certificate that cannot be kept is good for as long as the process lives.
func TestFolderThatTakesNoMore(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		folder, m, d := t.TempDir(), machine("vm", "192.168.1.5"), newDiary()
		openLocal(t, folder, m, d)
		m.set("vm", "192.168.1.6")
		leaf := filepath.Join(folder, LeafFile)
		if err := os.Remove(leaf); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(leaf, "in the way"), 0o700); err != nil {
			t.Fatal(err)
		}
		if l := openLocal(t, folder, m, d); !l.Covers("192.168.1.6") || len(d.with("lasts as long as this process")) != 1 {
			t.Errorf("told %q", d.with(""))
		}
		wantFiles(t, folder, CAFile, LeafFile)
	})
}
