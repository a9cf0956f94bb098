package faults

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"testing"
	"time"

	"go.uber.org/goleak"

	"zerortc/config"
	"zerortc/signaling"
)

// patience is how long a test waits for what must come.
const patience = 30 * time.Second

// TestMain is the test, or the client that a test is going to kill.
func TestMain(m *testing.M) {
	if url := os.Getenv(victimURL); url != "" {
		victim(url)
		return
	}
	// The first socket of a process opens descriptors that stay.
	if listener, err := net.Listen("tcp", "127.0.0.1:0"); err == nil {
		listener.Close()
	}
	goleak.VerifyTestMain(m)
}

// newServer is the server as it is shipped, but for limits of what one address
// may do: here everybody has the same one.
func newServer() *signaling.Server {
	return signaling.New(config.Rooms{Capacity: 2, Resume: 30 * time.Second}, signaling.Parts{}, slog.New(slog.DiscardHandler))
}

// start serves on a loopback port and returns its address. At the end of the test
// nothing may be left of it, and while it runs a healthy pair talks, which must
// not notice anything.
func start(t *testing.T) string {
	t.Helper()
	before := takeStock()
	server := newServer()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	front := &http.Server{Handler: server}
	fronted := make(chan struct{})
	go func() { defer close(fronted); front.Serve(narrow{listener}) }()
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan struct{})
	go func() { defer close(served); server.Serve(ctx) }()

	talk := talking(t, listener.Addr().String())
	t.Cleanup(func() {
		talk.end(t)
		eventually(t, "all sockets are gone by themselves", func() bool {
			stats := server.Stats()
			return stats.Sockets == 0 && stats.Rooms == 0 && stats.Members == 0
		})
		stop()
		<-served
		front.Close()
		<-fronted
		before.compare(t)
	})
	return listener.Addr().String()
}

// narrow is a listener whose connections take little before they are read: as on
// a slow network, and unlike loopback, whose buffers are megabytes.
type narrow struct{ net.Listener }

func (n narrow) Accept() (net.Conn, error) {
	conn, err := n.Listener.Accept()
	if err == nil {
		err = conn.(*net.TCPConn).SetWriteBuffer(4096)
	}
	return conn, err
}

// stock is what a process holds.
type stock struct {
	goroutines, descriptors int
	heap                    uint64
}

func takeStock() stock {
	runtime.GC()
	runtime.GC() // what the first one finalized
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	open, err := os.ReadDir("/dev/fd")
	if err != nil {
		panic(err)
	}
	return stock{runtime.NumGoroutine(), len(open), memory.HeapAlloc}
}

// compare fails if there is more than before. The heap may keep some caches.
func (s stock) compare(t *testing.T) {
	t.Helper()
	const caches = 4 << 20
	var now stock
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		now = takeStock()
		if now.goroutines <= s.goroutines && now.descriptors <= s.descriptors && now.heap <= s.heap+caches {
			return
		}
	}
	t.Errorf("before: %+v, afterwards: %+v", s, now)
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Errorf("not in time: %s", what)
			return
		}
	}
}
