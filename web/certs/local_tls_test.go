package certs

import (
	"crypto/tls"
	"net"
	"sync"
	"testing"
	"time"
)

// tlsAt is a Local on a real clock and a listener that stands on every loopback
// address, of which Linux has many.
func tlsAt(t *testing.T, m *changing) (*Local, *net.TCPAddr) {
	t.Helper()
	l := must(OpenLocal(t.TempDir(), m.get, Permitted{}, quiet()))(t)
	t.Cleanup(start(t, l))
	return l, serveTLS(t, "0.0.0.0:0", l).(*net.TCPAddr)
}

func on(address string, at *net.TCPAddr) net.Addr {
	return &net.TCPAddr{IP: net.ParseIP(address), Port: at.Port}
}

// TestAddressAddedAtRunTime: the next handshake has it, without a wait, and who is
// connected stays so.
func TestAddressAddedAtRunTime(t *testing.T) {
	m := machine("vm")
	l, at := tlsAt(t, m)
	old := must(shake(t, on("127.0.0.1", at), l.CA().cert, ""))(t)
	if _, err := shake(t, on("127.0.0.5", at), l.CA().cert, ""); err == nil {
		t.Fatal("good for an address that the machine has not")
	}
	m.set("vm", "127.0.0.5")
	l.mu.Lock()
	l.looked = time.Time{} // as if a second had gone by
	l.mu.Unlock()
	must(shake(t, on("127.0.0.5", at), l.CA().cert, ""))(t)
	must(shake(t, on("127.0.0.5", at), l.CA().cert, "vm.local"))(t)
	wantEcho(t, old)
	if old.ConnectionState().PeerCertificates[0].Equal(must(l.Certificate(nil))(t).Leaf) {
		t.Error("the certificate has not changed")
	}
}

// Handshakes on an address that the machine does not tell of must not make it look
// each time.
func TestHandshakesDoNotMakeUsLookAtWill(t *testing.T) {
	m := machine("vm")
	looks := 0
	l := must(OpenLocal("", func() Machine { looks++; return m.get() }, Permitted{}, quiet()))(t)
	at := serveTLS(t, "0.0.0.0:0", l).(*net.TCPAddr)
	begun := time.Now()
	for range 50 {
		if _, err := shake(t, on("127.0.0.5", at), l.CA().cert, ""); err == nil {
			t.Fatal("good for an address that the machine has not")
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if most := 3 + int(time.Since(begun)/lookGap); looks > most {
		t.Errorf("looked %d times, want at most %d", looks, most)
	}
}

func TestManyHandshakesWhileItChanges(t *testing.T) {
	m := machine("vm", "127.0.0.5")
	l, at := tlsAt(t, m)
	var all sync.WaitGroup
	for _, address := range []string{"127.0.0.1", "127.0.0.5"} {
		all.Go(func() {
			for range 20 {
				if _, err := shake(t, on(address, at), l.CA().cert, "vm.local"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Go(func() {
		for i := range 20 {
			m.set("vm", "127.0.0.5", "10.0.0."+string(rune('1'+i%9)))
			if err := l.Refresh(); err != nil {
				t.Error(err)
			}
			l.Covers("127.0.0.5")
			l.Describe()
			l.LeftOut()
		}
	})
	all.Wait()
}

func TestProtocols(t *testing.T) {
	l, at := tlsAt(t, machine("vm"))
	for _, row := range []struct {
		offered []string
		want    string
		ok      bool
	}{
		{nil, "", true},
		{[]string{"h2", "http/1.1"}, "http/1.1", true},
		{[]string{"stun.turn"}, "stun.turn", true},
		{[]string{"stun.nat-discovery"}, "stun.nat-discovery", true},
		{[]string{"h2"}, "", false},
		{[]string{"acme-tls/1"}, "", false},
	} {
		conn, err := tls.Dial("tcp", on("127.0.0.1", at).String(), &tls.Config{RootCAs: roots(l.CA().cert), NextProtos: row.offered})
		if (err == nil) != row.ok {
			t.Errorf("%q: %v", row.offered, err)
			continue
		}
		if err == nil {
			if got := conn.ConnectionState().NegotiatedProtocol; got != row.want {
				t.Errorf("%q: got %q", row.offered, got)
			}
			conn.Close()
		}
	}
	_, err := tls.Dial("tcp", on("127.0.0.1", at).String(), &tls.Config{RootCAs: roots(l.CA().cert), MaxVersion: tls.VersionTLS11})
	if err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	conn := must(tls.Dial("tcp", on("127.0.0.1", at).String(), &tls.Config{RootCAs: roots(l.CA().cert), MaxVersion: tls.VersionTLS12}))(t)
	conn.Close()
}
