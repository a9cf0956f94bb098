package main

import (
	"context"
	"net"
	"strings"
	"syscall"
	"testing"
)

// The server of the same settings is found, on loopback or on all addresses, and
// missed once it is gone.
func TestHealthcheck(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"127.0.0.1", ""} {
		taken, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		if err != nil {
			t.Fatal(err)
		}
		_, port, _ := net.SplitHostPort(taken.Addr().String())
		taken.Close()
		listen := net.JoinHostPort(host, port)
		env := []string{"ZERORTC_HTTP_LISTEN=" + listen}
		server := start(t, env, "serve", "--turn-listen", "127.0.0.1:0", "--state-dir", t.TempDir())
		server.ready()
		check := startHealthcheck(t, env)
		if code := check.code(); code != exitOK || check.stdout.String() != "ok\n" {
			t.Errorf("%s: exit code %d, %s", listen, code, check.stderr.String())
		}
		server.stop(syscall.SIGTERM)
		if code := startHealthcheck(t, env).code(); code != exitFailed {
			t.Errorf("%s: exit code %d though there is no server", listen, code)
		}
	}
}

func startHealthcheck(t *testing.T, env []string) *running {
	t.Helper()
	return start(t, env, "healthcheck")
}

// A listener that takes connections and says nothing is not healthy.
func TestHealthcheckOfTheDeaf(t *testing.T) {
	deaf, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		if conn, err := deaf.Accept(); err == nil {
			defer conn.Close()
			conn.Read(make([]byte, 1))
		}
		cancel()
	}()
	err = askHealth(ctx, []string{deaf.Addr().String()})
	if err == nil || !strings.Contains(err.Error(), "healthz") {
		t.Errorf("got %v", err)
	}
}
