package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// everything is a running server with two ports, as foreign programs see it.
type everything struct {
	*running
	page, turn *url.URL // of the one port and the other
	ca         string   // PEM file
}

// lanName is a name of this machine for which every certificate of ours is.
func (e *everything) lanName() string {
	host, err := os.Hostname()
	if err != nil {
		e.t.Fatal(err)
	}
	name, _, _ := strings.Cut(strings.ToLower(host), ".")
	return name + ".lan"
}

func startEverything(t *testing.T, more ...string) *everything {
	t.Helper()
	e := &everything{running: start(t, []string{"ZERORTC_TURN_USERS=alice:wonderland"}, onLoopback(t, more...)...)}
	banner := e.ready()
	e.page, _ = url.Parse(value(t, banner, "page"))
	e.turn, _ = url.Parse(value(t, banner, "turn"))
	e.ca = filepath.Join(t.TempDir(), "ca.pem")
	answer, err := http.Get(e.page.String() + "trust/zerortc-ca.pem")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(e.ca, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return e
}

// ports are the two of them, which differ in nothing.
func (e *everything) ports() map[string]string {
	return map[string]string{"http.listen": e.page.Host, "turn.listen": e.turn.Opaque}
}

// foreign runs a program that is not ours. A missing one is a failure.
func (e *everything) foreign(name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		e.t.Errorf("%v: run .ci/install", err)
	}
	return string(out), err
}

var binding = append([]byte{0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42}, "abcdefghijkl"...)

// answered tells whether output holds the answer to binding.
func answered(o *output) bool {
	head, _, found := strings.Cut(o.String(), string(binding[4:])) // the magic cookie and our number
	return found && strings.HasPrefix(head, "\x01\x01")
}

// TestSTUNThroughOpenSSL: another's TLS client trusts the certificate, and a STUN
// request through it is answered, on each port and for clients that offer a name of
// RFC 7443 or none.
func TestSTUNThroughOpenSSL(t *testing.T) {
	t.Parallel()
	e := startEverything(t)
	for name, at := range e.ports() {
		for _, alpn := range [][]string{nil, {"-alpn", "stun.turn"}} {
			asked, ask := io.Pipe()
			ended := make(chan struct{})
			out := &output{}
			args := append([]string{"s_client", "-quiet", "-connect", at, "-CAfile", e.ca, "-verify_return_error", "-verify_ip", "127.0.0.1"}, alpn...)
			cmd := exec.CommandContext(t.Context(), "openssl", args...)
			cmd.Stdin, cmd.Stdout, cmd.Stderr = asked, out, io.Discard
			if err := cmd.Start(); err != nil {
				t.Fatalf("%v: run .ci/install", err)
			}
			go func() {
				defer close(ended)
				cmd.Wait()
			}()
			ask.Write(binding)
			waitFor(t, func() bool { return answered(out) }, func() string {
				return fmt.Sprintf("%s %v: no answer but %q", name, alpn, out.String())
			})
			cmd.Process.Kill()
			ask.Close()
			<-ended
		}
	}
	e.stop(syscall.SIGTERM)
}

// waitFor polls, since there is nobody who would tell.
func waitFor(t *testing.T, done func() bool, fault func() string) {
	t.Helper()
	for deadline := time.Now().Add(patience); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(fault())
		}
	}
}

// TestCurl: a page asked for in plain leads to TLS on the same port, where the
// certificate is right for whoever has the CA and for nobody else.
func TestCurl(t *testing.T) {
	t.Parallel()
	e := startEverything(t)
	for port, at := range e.ports() {
		host, number, _ := net.SplitHostPort(at)
		lan := e.lanName() + ":" + number
		curl := func(args ...string) (string, error) {
			return e.foreign("curl", append([]string{"-sS", "--noproxy", "*", "--resolve", lan + ":" + host, "-w", "\n%{http_code} %{redirect_url}"}, args...)...)
		}
		for target, want := range map[string]string{
			"http://" + lan + "/room/x?a=b": "308 https://" + lan + "/room/x?a=b",
			"http://" + lan + "/api/ice":    "200 ",
			"http://" + lan + "/healthz":    "200 ",
			"http://" + at + "/":            "200 ",
			"https://" + lan + "/":          "200 ",
			"https://" + at + "/api/ice":    "200 ",
		} {
			if out, err := curl("--cacert", e.ca, target); err != nil || !strings.HasSuffix(out, "\n"+want) {
				t.Errorf("%s: curl %s: %v %.300s, want %s", port, target, err, out, want)
			}
		}
		if out, err := curl("--cacert", e.ca, "-L", "http://"+lan+"/"); err != nil || !strings.Contains(out, `src="/page/page.js"`) {
			t.Errorf("%s: curl -L: %v %.300s", port, err, out)
		}
		if out, err := curl("https://" + lan + "/"); err == nil || !strings.Contains(out, "certificate") {
			t.Errorf("%s: without the CA: %v %.300s", port, err, out)
		}
	}
	e.stop(syscall.SIGTERM)
}

// TestUclientOverTLS: coturn's client relays through each port over TLS, whose
// certificate it takes unseen. It leaves unread what comes close behind something
// else, from coturn's own server too; so it takes its time, and need not get all back.
func TestUclientOverTLS(t *testing.T) {
	t.Parallel()
	e := startEverything(t, "--turn-peers-allow", "127.0.0.0/8")
	peer := echo(t)
	totals := regexp.MustCompile(`start_mclient: tot_send_msgs=3, tot_recv_msgs=[123]\b`)
	var both sync.WaitGroup // each of them mostly waits
	for name, at := range e.ports() {
		both.Go(func() {
			host, number, _ := net.SplitHostPort(at)
			out, err := e.foreign("turnutils_uclient", "-S", "-t", "-c", "-n", "3", "-z", "200",
				"-e", "127.0.0.1", "-r", peer, "-u", "alice", "-w", "wonderland", "-p", number, host)
			if err != nil || !totals.MatchString(out) {
				t.Errorf("%s: %v %s", name, err, out)
			}
		})
	}
	both.Wait()
	e.stop(syscall.SIGTERM)
}

// echo is a peer that sends everything back, by its port.
func echo(t *testing.T) (port string) {
	t.Helper()
	peer, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { peer.Close(); <-done })
	go func() {
		defer close(done)
		packet := make([]byte, 2048)
		for {
			n, from, err := peer.ReadFrom(packet)
			if err != nil {
				return
			}
			peer.WriteTo(packet[:n], from)
		}
	}()
	_, port, _ = net.SplitHostPort(peer.LocalAddr().String())
	return port
}

// TestOnePortForAll: TURN on the number of the page needs nothing but to be told so.
func TestOnePortForAll(t *testing.T) {
	t.Parallel()
	at := freeNumber(t)
	server := start(t, nil, "serve", "--http-listen", at, "--turn-listen", at, "--state-dir", t.TempDir())
	banner := server.ready()
	if page, turn := value(t, banner, "page"), value(t, banner, "turn"); page != "http://"+at+"/" || turn != "turn:"+at+"?transport=udp" {
		t.Errorf("banner is\n%s", banner)
	}
	bindingAnswered(t, value(t, banner, "turn"))
	stream, err := net.Dial("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	stream.SetDeadline(time.Now().Add(patience))
	stream.Write(binding)
	answer := make([]byte, 20)
	if _, err := io.ReadFull(stream, answer); err != nil || !bytes.HasPrefix(answer, []byte{1, 1}) {
		t.Errorf("STUN over TCP: % x, %v", answer, err)
	}
	if got := listURLs(t, value(t, banner, "ice")); !strings.Contains(got, "turn:"+at+"?transport=tcp") || strings.Contains(got, "turns:") {
		t.Errorf("to a caller without TLS the list has %s", got)
	}
	server.stop(syscall.SIGTERM)
}

// freeNumber is an address that is free for TCP and UDP.
func freeNumber(t *testing.T) string {
	t.Helper()
	for range 20 {
		tcp, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		udp, err := net.ListenPacket("udp", tcp.Addr().String())
		tcp.Close()
		if err == nil {
			udp.Close()
			return tcp.Addr().String()
		}
	}
	t.Fatal("no number is free for TCP and UDP")
	return ""
}
