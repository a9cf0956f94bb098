package certs

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"net/netip"
	"testing"
	"time"
)

var home = identity{names: []string{"localhost", "vm", "vm.local"}, addrs: addrs("127.0.0.1", "192.168.1.5", "::1", "fd00::2")}

func verify(l *leaf, ca *CA, host string, at time.Time) error {
	_, err := l.cert.Leaf.Verify(x509.VerifyOptions{
		Roots: roots(ca.cert), DNSName: host, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
	return err
}

func TestLeafIsGoodForAllItNames(t *testing.T) {
	ca := testCA(t, "vm", Permitted{})
	l := must(ca.issue(home, today))(t)
	for _, host := range []string{"localhost", "vm", "vm.local", "127.0.0.1", "192.168.1.5", "::1", "fd00::2"} {
		if err := verify(l, ca, host, today); err != nil {
			t.Error(err)
		}
		if !l.has(host) {
			t.Errorf("%s is not covered", host)
		}
	}
	for _, host := range []string{"other.local", "192.168.1.6", "example.org", ""} {
		if host != "" && verify(l, ca, host, today) == nil || l.has(host) {
			t.Errorf("good for %q too", host)
		}
	}
	if c := l.cert.Leaf; c.IsCA || c.KeyUsage != x509.KeyUsageDigitalSignature || len(c.ExtKeyUsage) != 1 || c.NotAfter.Sub(c.NotBefore) >= 397*24*time.Hour {
		t.Errorf("%v %v %v until %v", c.IsCA, c.KeyUsage, c.ExtKeyUsage, c.NotAfter)
	}
	if err := verify(l, testCA(t, "vm", Permitted{}), "vm", today); err == nil {
		t.Error("good by another CA")
	}
}

// What the CA's key could sign if it were stolen: a certificate for anything else
// is worthless, also where only one name of many is outside.
func TestConstraintsBind(t *testing.T) {
	ca := testCA(t, "vm", Permitted{})
	for _, id := range []identity{
		{names: []string{"bank.example.com"}},
		{names: []string{"localhost", "bank.example.com"}},
		{names: []string{"notlocal"}},
		{addrs: addrs("192.0.2.2")},
		{addrs: addrs("2001:db8::1")},
		{names: []string{"localhost"}, addrs: addrs("10.0.0.5", "192.0.2.2")},
	} {
		l := must(ca.issue(id, today))(t)
		if err := verify(l, ca, "", today); err == nil {
			t.Errorf("%v passes", id)
		}
	}
}

// Neither mail nor programs, nor another CA below this one.
func TestOtherUsesFail(t *testing.T) {
	ca := testCA(t, "vm", Permitted{})
	for _, usage := range []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning, x509.ExtKeyUsageEmailProtection, x509.ExtKeyUsageClientAuth} {
		template := ca.leafTemplate(home, today)
		template.ExtKeyUsage = []x509.ExtKeyUsage{usage}
		der := must(x509.CreateCertificate(rand.Reader, template, ca.cert, ca.key.Public(), ca.key))(t)
		c := must(x509.ParseCertificate(der))(t)
		if _, err := c.Verify(x509.VerifyOptions{Roots: roots(ca.cert), CurrentTime: today, KeyUsages: []x509.ExtKeyUsage{usage}}); err == nil {
			t.Errorf("good for usage %v", usage)
		}
	}

	between := ca.leafTemplate(identity{}, today)
	between.IsCA, between.KeyUsage, between.Subject = true, x509.KeyUsageCertSign, pkix.Name{CommonName: "between"}
	middle := must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, between, ca.cert, ca.key.Public(), ca.key))(t)))(t)
	leaf := must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, ca.leafTemplate(home, today), middle, ca.key.Public(), ca.key))(t)))(t)
	way := x509.NewCertPool()
	way.AddCert(middle)
	if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots(ca.cert), Intermediates: way, CurrentTime: today}); err == nil {
		t.Error("a CA below the CA")
	}
}

func TestLeafTimes(t *testing.T) {
	ca := testCA(t, "vm", Permitted{})
	end, begin := ca.NotAfter(), ca.cert.NotBefore
	for _, row := range []struct {
		name          string
		now           time.Time
		from, until   time.Time
		goodAt, badAt time.Time
	}{
		{"as a rule", today.AddDate(1, 0, 0), today.AddDate(1, 0, 0).Add(-time.Hour), today.AddDate(1, 0, 397).Add(-time.Hour - time.Second),
			today.AddDate(1, 0, 0).Add(-time.Hour), today.AddDate(1, 0, 397)},
		{"clock before the CA", begin.AddDate(-1, 0, 0), begin, begin.Add(leafLife - time.Second), today, begin.AddDate(-1, 0, 0)},
		{"near the end of the CA", end.AddDate(0, 0, -100), end.AddDate(0, 0, -100).Add(-time.Hour), end, end, end.AddDate(0, 0, 1)},
		{"CA ended", end.AddDate(1, 0, 0), end.AddDate(0, 0, -60), end, end, end.AddDate(1, 0, 0)},
	} {
		t.Run(row.name, func(t *testing.T) {
			l := must(ca.issue(home, row.now))(t)
			if c := l.cert.Leaf; !c.NotBefore.Equal(row.from) || !c.NotAfter.Equal(row.until) {
				t.Errorf("from %v to %v, want %v to %v", c.NotBefore, c.NotAfter, row.from, row.until)
			}
			if err := verify(l, ca, "vm", row.goodAt); err != nil {
				t.Error(err)
			}
			if verify(l, ca, "vm", row.badAt) == nil {
				t.Error("good for too long")
			}
			if why := ca.due(l, home, row.now); why != fresh {
				t.Errorf("due again at once: %s", why)
			}
		})
	}
}

func TestDue(t *testing.T) {
	ca := testCA(t, "vm", Permitted{})
	l := must(ca.issue(home, today))(t)
	end := l.cert.Leaf.NotAfter
	more := identity{home.names, append([]netip.Addr{netip.MustParseAddr("10.0.0.5")}, home.addrs...)}
	renamed := identity{[]string{"localhost", "nas", "nas.local"}, home.addrs}
	for _, row := range []struct {
		name string
		old  *leaf
		id   identity
		now  time.Time
		want string
	}{
		{"none yet", nil, home, today, first},
		{"nothing new", l, home, today.AddDate(0, 6, 0), fresh},
		{"an address more", l, more, today, moved},
		{"an address less", must(ca.issue(more, today))(t), home, today, moved},
		{"renamed", l, renamed, today, moved},
		{"day before renewal", l, home, end.AddDate(0, 0, -61), fresh},
		{"day of renewal", l, home, end.AddDate(0, 0, -59), nearEnd},
		{"ended", l, home, end.AddDate(1, 0, 0), nearEnd},
		{"clock set back a little", l, home, today.Add(-30 * time.Minute), fresh},
		{"issued on a clock ahead", must(ca.issue(home, today.AddDate(3, 0, 0)))(t), home, today, notYetValid},
		{"clock set back before the CA", l, home, today.AddDate(-5, 0, 0), fresh},
	} {
		if got := ca.due(row.old, row.id, row.now); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

func TestKeptLeaf(t *testing.T) {
	ca, folder := testCA(t, "vm", Permitted{}), t.TempDir()
	if ca.load(folder) != nil {
		t.Error("there was none")
	}
	l := must(ca.issue(home, today))(t)
	for range 2 { // the second replaces the first
		if err := l.keep(folder); err != nil {
			t.Fatal(err)
		}
	}
	wantFiles(t, folder, LeafFile)
	wantMode(t, folder+"/"+LeafFile, 0o600)
	if kept := ca.load(folder); kept == nil || !kept.equal(home) || !kept.cert.Leaf.Equal(l.cert.Leaf) {
		t.Errorf("another came back: %v", kept)
	}
	if testCA(t, "vm", Permitted{}).load(folder) != nil {
		t.Error("that of another CA was taken")
	}
	write(t, folder, LeafFile, []byte("half a fi"))
	if ca.load(folder) != nil {
		t.Error("half a file was taken")
	}
	if err := l.keep(write(t, folder, "file", nil)); err == nil {
		t.Error("kept in a file that is no folder")
	}
}
