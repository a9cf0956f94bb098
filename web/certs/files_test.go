package certs

import (
	"crypto/x509"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// onDisk puts a chain and its key where Files finds them. Each call is a minute
// later than the one before, as far as the file system tells.
type onDisk struct {
	cert, key string
	written   time.Time
}

func newOnDisk(t *testing.T, c chain) *onDisk {
	t.Helper()
	folder := t.TempDir()
	d := &onDisk{filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem"), today}
	d.put(t, d.cert, join(c.leaf, c.middle))
	d.put(t, d.key, c.key)
	return d
}

func (d *onDisk) put(t *testing.T, path string, content []byte) {
	t.Helper()
	write(t, filepath.Dir(path), filepath.Base(path), content)
	d.written = d.written.Add(time.Minute)
	if err := os.Chtimes(path, d.written, d.written); err != nil {
		t.Fatal(err)
	}
}

func (d *onDisk) open(t *testing.T, log *diary) *Files {
	t.Helper()
	return must(OpenFiles(d.cert, d.key, log.log()))(t)
}

func named(name string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.DNSNames = []string{name} }
}

func TestFilesAreReadAgain(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		disk, log := newOnDisk(t, testChain(t, newKey(t), named("one.example.org"))), newDiary()
		f := disk.open(t, log)
		defer start(t, f)()
		if !f.Covers("one.example.org") || f.Covers("two.example.org") {
			t.Fatal("not the one that is there")
		}
		wantText(t, f.Describe(), "for one.example.org", "until 2026-08-30", disk.cert)

		two := testChain(t, newKey(t), named("two.example.org"))
		disk.put(t, disk.cert, two.leaf)
		time.Sleep(filesEvery + time.Second) // the key is not written yet, and nobody minds
		disk.put(t, disk.key, two.key)
		time.Sleep(2 * filesEvery)
		synctest.Wait()
		if !f.Covers("two.example.org") || len(log.with("level=ERROR")) > 0 {
			t.Errorf("told %q", log.with(""))
		}
		time.Sleep(time.Hour)
		if loaded := log.with("certificate loaded"); len(loaded) != 2 {
			t.Errorf("loaded %q", loaded)
		}
	})
}

func TestBadPairKeepsTheOldOne(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		disk, log := newOnDisk(t, testChain(t, newKey(t), named("one.example.org"))), newDiary()
		f := disk.open(t, log)
		defer start(t, f)()
		two := testChain(t, newKey(t), named("two.example.org"))
		steps := []struct {
			do   func()
			want string
		}{
			{func() { disk.put(t, disk.cert, two.leaf) }, "does not belong"},
			{func() { disk.put(t, disk.cert, []byte("oops")) }, "holds no certificate"},
			{func() { os.Remove(disk.key) }, "tls.key cannot be read by user"},
		}
		for i, step := range steps {
			step.do()
			time.Sleep(10 * time.Minute)
			synctest.Wait()
			if told := log.with("new certificate refused"); len(told) != i+1 {
				t.Errorf("told %q", told)
			} else {
				wantText(t, told[i], step.want)
			}
			if !f.Covers("one.example.org") {
				t.Error("the old one is gone")
			}
		}
		disk.put(t, disk.cert, two.leaf)
		disk.put(t, disk.key, two.key)
		time.Sleep(3 * filesEvery)
		synctest.Wait()
		if !f.Covers("two.example.org") {
			t.Errorf("told %q", log.with(""))
		}
	})
}

// A permission that is mended changes neither time nor size of a file.
func TestMendedWithoutAChange(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		disk, log := newOnDisk(t, testChain(t, newKey(t), named("one.example.org"))), newDiary()
		f := disk.open(t, log)
		defer start(t, f)()
		f.mu.Lock()
		f.fault = "permission denied" // root, who runs tests, is never denied
		f.mu.Unlock()
		time.Sleep(2 * filesEvery)
		synctest.Wait()
		if len(log.with("certificate loaded")) != 2 {
			t.Errorf("told %q", log.with(""))
		}
	})
}

func TestReloadAtOnce(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		disk, log := newOnDisk(t, testChain(t, newKey(t), named("one.example.org"))), newDiary()
		f := disk.open(t, log)
		if err := f.Reload(); err != nil {
			t.Error(err)
		}
		old := testChain(t, newKey(t), func(c *x509.Certificate) { c.NotBefore, c.NotAfter = today.AddDate(-1, 0, 0), today.AddDate(0, 0, -3) })
		disk.put(t, disk.cert, old.leaf)
		disk.put(t, disk.key, old.key)
		wantError(t, f.Reload(), disk.cert, "ended on 2026-05-29, and the clock says 2026-06-01")
		if f.Reload() == nil || len(log.with("refused")) != 1 {
			t.Errorf("told %q", log.with("refused"))
		}
		two := testChain(t, newKey(t), named("two.example.org"))
		disk.put(t, disk.cert, two.leaf)
		disk.put(t, disk.key, two.key)
		if err := f.Reload(); err != nil || !f.Covers("two.example.org") {
			t.Error(err)
		}
	})
}

func TestFilesAtStart(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		disk := newOnDisk(t, testChain(t, newKey(t), nil))
		_, err := OpenFiles(disk.cert, "/nowhere/key.pem", quiet())
		wantError(t, err, "tls.key cannot be read by user "+userName(), "/nowhere/key.pem", "make it, or name another file")
		_, err = OpenFiles(filepath.Dir(disk.cert), disk.key, quiet())
		wantError(t, err, "tls.cert cannot be read by user", "is a directory", "name another file")
		_, err = OpenFiles(disk.key, disk.key, quiet())
		wantError(t, err, disk.key, "tls.cert holds no certificate")

		err = unreadable("tls.key", &fs.PathError{Op: "open", Path: "/etc/key.pem", Err: syscall.EACCES})
		wantError(t, err, "tls.key cannot be read by user "+userName()+": open /etc/key.pem: permission denied; let that user read the file")

		log := newDiary()
		sleepUntil(today.AddDate(0, 0, 91))
		f := disk.open(t, log)
		if told := log.with("doubtful certificate"); len(told) != 1 || !f.Covers("call.example.org") {
			t.Errorf("one that has ended: told %q", log.with(""))
		}
	})
}

func TestNotRenewedIsToldDaily(t *testing.T) {
	inABubble(t, func(t *testing.T) {
		log := newDiary()
		f := newOnDisk(t, testChain(t, newKey(t), nil)).open(t, log)
		sleepUntil(today.AddDate(0, 0, 90-15))
		defer start(t, f)()
		time.Sleep(filesEvery + time.Second)
		if told := log.with("has not been renewed"); len(told) > 0 {
			t.Errorf("too early: %q", told)
		}
		time.Sleep(48 * time.Hour)
		synctest.Wait()
		if told := log.with("has not been renewed"); len(told) < 1 || len(told) > 3 {
			t.Errorf("told %q", told)
		}
	})
}

func TestReloadWhileConnectionsLive(t *testing.T) {
	now := time.Now()
	recent := func(c *x509.Certificate) {
		c.NotBefore, c.NotAfter, c.IPAddresses = now.Add(-time.Hour), now.Add(24*time.Hour), []net.IP{net.IPv4(127, 0, 0, 1)}
	}
	one, two := testChain(t, newKey(t), recent), testChain(t, newKey(t), recent)
	disk := newOnDisk(t, one)
	f := disk.open(t, newDiary())
	at := serveTLS(t, "127.0.0.1:0", f)
	old := must(shake(t, at, one.root, "127.0.0.1"))(t)
	disk.put(t, disk.cert, join(two.leaf, two.middle))
	disk.put(t, disk.key, two.key)
	if err := f.Reload(); err != nil {
		t.Fatal(err)
	}
	must(shake(t, at, two.root, "127.0.0.1"))(t)
	wantEcho(t, old)
}
