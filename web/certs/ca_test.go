package certs

import (
	"crypto/elliptic"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func testCA(t *testing.T, host string, extra Permitted) *CA {
	t.Helper()
	return must(NewCA(host, extra, today))(t)
}

func TestCA(t *testing.T) {
	ca := testCA(t, "vm.corp.example.org", Permitted{Prefixes: prefixes("192.0.2.0/24")})
	c := ca.cert
	if !c.IsCA || c.MaxPathLen != 0 || !c.MaxPathLenZero || ca.key.Curve != elliptic.P256() {
		t.Errorf("a CA %v of path length %d on %v", c.IsCA, c.MaxPathLen, ca.key.Curve.Params().Name)
	}
	if want := today.Add(-time.Hour); !c.NotBefore.Equal(want) {
		t.Errorf("begins %v, want %v", c.NotBefore, want)
	}
	if want := today.AddDate(10, 0, 0); !ca.NotAfter().Equal(want) {
		t.Errorf("ends %v, want %v", ca.NotAfter(), want)
	}
	if len(c.ExtKeyUsage) != 1 || c.ExtKeyUsage[0] != x509.ExtKeyUsageServerAuth || c.KeyUsage&x509.KeyUsageCertSign == 0 {
		t.Errorf("usages %v %v", c.KeyUsage, c.ExtKeyUsage)
	}
	if !c.PermittedDNSDomainsCritical || len(c.UnhandledCriticalExtensions) > 0 {
		t.Errorf("constraints critical: %v, unhandled %v", c.PermittedDNSDomainsCritical, c.UnhandledCriticalExtensions)
	}
	const want = "local, home.arpa, internal, lan, localhost, vm.corp.example.org, vm, " +
		"10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, fc00::/7, fe80::/10, ::1/128, 192.0.2.0/24"
	if got := ca.May().String(); got != want {
		t.Errorf("may speak for %s,\nwant %s", got, want)
	}
}

// A phone lists CAs by name, and two of them may be of one machine.
func TestCANames(t *testing.T) {
	one, two := testCA(t, "vm", Permitted{}), testCA(t, "vm", Permitted{})
	if !strings.HasPrefix(one.Name(), "zerortc CA vm ") || one.Name() == two.Name() {
		t.Errorf("%q and %q", one.Name(), two.Name())
	}
	long := strings.Repeat("x", 60)
	if name := testCA(t, long+"."+long, Permitted{}).Name(); len(name) > 64 {
		t.Errorf("%q is too long for X.509", name)
	}
	if name := testCA(t, "Müllers PC", Permitted{}).Name(); !strings.HasPrefix(name, "zerortc CA this machine ") {
		t.Errorf("%q", name)
	}
}

func TestNoCAOnAClockThatIsLost(t *testing.T) {
	_, err := NewCA("vm", Permitted{}, time.Unix(0, 0).UTC())
	wantError(t, err, "the clock of this machine says 1970-01-01; set it")
}

func TestCAIsMadeOnceAndKept(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a", "b")
	if _, err := LoadCA(folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	first := must(OpenCA(folder, "vm", Permitted{}, today))(t)
	second := must(OpenCA(folder, "other", Permitted{}, today.AddDate(1, 0, 0)))(t)
	if first.Fingerprint() != second.Fingerprint() || second.May().String() != first.May().String() || !second.key.Equal(first.key) {
		t.Error("the second is another")
	}
	wantMode(t, folder, 0o700)
	wantMode(t, filepath.Join(folder, CAFile), 0o600)
	wantFiles(t, folder, CAFile)
}

func TestCAInTheFolderWeStandIn(t *testing.T) {
	t.Chdir(t.TempDir())
	must(OpenCA(".", "vm", Permitted{}, today))(t)
	wantFiles(t, ".", CAFile)
}

func TestCAWithoutAFolder(t *testing.T) {
	one, two := must(OpenCA("", "vm", Permitted{}, today))(t), must(OpenCA("", "vm", Permitted{}, today))(t)
	if one.Fingerprint() == two.Fingerprint() {
		t.Error("it was kept somewhere")
	}
}

func TestManyAtOnceAgree(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "state")
	prints := make([]string, 16)
	var all sync.WaitGroup
	for i := range prints {
		all.Go(func() {
			ca, err := OpenCA(folder, "vm", Permitted{}, today)
			if err != nil {
				t.Error(err)
				return
			}
			prints[i] = ca.Fingerprint()
		})
	}
	all.Wait()
	for _, print := range prints {
		if print != prints[0] {
			t.Fatal("they do not agree")
		}
	}
	wantFiles(t, folder, CAFile)
}

func TestDamagedCAIsNotReplaced(t *testing.T) {
	good, other := t.TempDir(), t.TempDir()
	must(OpenCA(good, "vm", Permitted{}, today))(t)
	must(OpenCA(other, "vm", Permitted{}, today))(t)
	content := string(must(os.ReadFile(filepath.Join(good, CAFile)))(t))
	foreign := string(must(os.ReadFile(filepath.Join(other, CAFile)))(t))
	key := strings.Index(content, "-----BEGIN PRIVATE")
	leaf := must(testCA(t, "vm", Permitted{}).issue(identity{names: []string{"vm"}}, today))(t)
	folder := t.TempDir()
	if err := leaf.keep(folder); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"empty":            "",
		"certificate only": content[:key],
		"key only":         content[key:],
		"half a key":       content[:key+100],
		"all but the end":  content[:len(content)-5],
		"twice":            content + content,
		"foreign key":      content[:key] + foreign[strings.Index(foreign, "-----BEGIN PRIVATE"):],
		"a bit turned":     strings.Replace(content, "\nMII", "\nMIJ", 1),
		"no CA":            string(must(os.ReadFile(filepath.Join(folder, LeafFile)))(t)),
		"null data":        strings.Repeat("\x00", 1000),
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			path := write(t, folder, CAFile, []byte(content))
			_, err := OpenCA(folder, "vm", Permitted{}, today)
			wantError(t, err, path+" is damaged: ", "restore it, or remove it for a new one")
			if after := string(must(os.ReadFile(path))(t)); after != content {
				t.Error("the file was changed")
			}
			wantFiles(t, folder, CAFile)
		})
	}
}

func TestCAThatOthersCanRead(t *testing.T) {
	folder := t.TempDir()
	must(OpenCA(folder, "vm", Permitted{}, today))(t)
	path := filepath.Join(folder, CAFile)
	for _, mode := range []os.FileMode{0o640, 0o604, 0o644} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := OpenCA(folder, "vm", Permitted{}, today)
		wantError(t, err, path+" can be read by other users", "chmod 600")
	}
}

// A file where a folder should be fails for root too, whom modes do not stop.
func TestFolderThatCannotBe(t *testing.T) {
	file := write(t, t.TempDir(), "file", nil)
	for _, folder := range []string{file, filepath.Join(file, "below")} {
		_, err := OpenCA(folder, "vm", Permitted{}, today)
		wantError(t, err, file)
	}
}

// FuzzParseCA: what is taken for a CA can sign.
func FuzzParseCA(f *testing.F) {
	folder := f.TempDir()
	must(OpenCA(folder, "vm", Permitted{}, today))(f)
	content := must(os.ReadFile(filepath.Join(folder, CAFile)))(f)
	f.Add(content)
	f.Add(content[:len(content)/2])
	f.Fuzz(func(t *testing.T, content []byte) {
		ca, err := parseCA(content)
		if err != nil {
			return
		}
		must(ca.issue(identity{names: []string{"x.lan"}}, today))(t)
	})
}
