//go:build foreign

package foreign

import (
	"net"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// startPeer runs turnutils_peer, which answers on a port and on the next, and
// returns the first.
func startPeer(t *testing.T) int {
	t.Helper()
	port := freePair(t)
	out := &lines{}
	cmd := exec.Command("turnutils_peer", "-L", "127.0.0.1", "-p", strconv.Itoa(port))
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting turnutils_peer: %v; .ci/install-interop installs it", err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for _, p := range []int{port, port + 1} {
		if err := answers(p); err != nil {
			t.Fatalf("turnutils_peer does not answer on port %d: %v\n%s", p, err, out)
		}
	}
	return port
}

// freePair is a UDP port that is free with the next one, below those the kernel
// hands out and those of relays.
func freePair(t *testing.T) int {
	t.Helper()
	for port := 20000; port < 32000; port += 2 {
		if free(port) && free(port+1) {
			return port
		}
	}
	t.Fatal("no two free ports")
	return 0
}

func free(port int) bool {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

// answers asks until an answer comes.
func answers(port int) error {
	conn, err := net.Dial("udp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return err
	}
	defer conn.Close()
	question := make([]byte, 100) // like those of the client
	for range 100 {
		_, _ = conn.Write(question)
		_ = conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
		if _, err = conn.Read(question); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond) // a closed port refuses at once
	}
	return err
}
