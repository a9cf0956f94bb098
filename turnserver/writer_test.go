package turnserver

import (
	"bytes"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"zerortc/turnserver/gate"
)

// piped is a writer with the client's end of its connection.
func piped(t *testing.T) (*writer, net.Conn) {
	t.Helper()
	server, client := net.Pipe()
	t.Cleanup(func() { _, _ = server.Close(), client.Close() })
	return &writer{conn: server, timeout: 5 * time.Second}, client
}

func TestWriterKeepsTheOrder(t *testing.T) {
	w, client := piped(t)
	var want []byte
	for i := range 1000 {
		message := bytes.Repeat([]byte{byte(i)}, 4)
		want = append(want, message...)
		if !w.Send(message, gate.Tuple{}, gate.Media, nil) {
			t.Fatalf("message %d was dropped", i)
		}
	}
	got := make([]byte, len(want))
	if _, err := io.ReadFull(client, got); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%v, equal: %v", err, bytes.Equal(got, want))
	}
	w.wait()
	if w.writing || len(w.waiting) != 0 || w.under != 0 {
		t.Errorf("left: %+v", w)
	}
}

// Media beyond a limit is lost, answers are kept a little longer, and then the
// client is given up. So is one that reads nothing for a while.
func TestWriterOfASlowClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, _ := piped(t)
		media := 0
		for w.Send(make([]byte, 1000), gate.Tuple{}, gate.Media, nil) {
			media++
		}
		if media != mediaWaiting/1000 {
			t.Errorf("%d packets of 1,000 bytes wait", media)
		}
		if !w.Send(make([]byte, 100), gate.Tuple{}, gate.Answer, nil) {
			t.Error("an answer was dropped")
		}
		time.Sleep(6 * time.Second)
		synctest.Wait()
		if _, err := w.conn.Write([]byte{1}); err == nil {
			t.Error("the connection is open after the deadline of the write")
		}
		w.wait()
	})
}

func TestWriterOfAClientThatOnlyAsks(t *testing.T) {
	w, client := piped(t)
	for range answersWaiting/1000 + 1 {
		w.Send(make([]byte, 1000), gate.Tuple{}, gate.Answer, nil)
	}
	_, _ = io.Copy(io.Discard, client) // until it is closed
	w.wait()
}
