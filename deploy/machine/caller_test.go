//go:build systemd

package machine

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/sys/unix"

	"zerortc/turnserver/probe"
)

// dial opens a connection from outside. A socket is of the network in which it was
// made, by a thread that goes there and is not used again.
func (c *computer) dial(ctx context.Context, network, at string) (conn net.Conn, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		var there *os.File
		if there, err = os.Open("/run/netns/" + c.outside); err != nil {
			return
		}
		defer there.Close()
		if err = unix.Setns(int(there.Fd()), unix.CLONE_NEWNET); err != nil {
			return
		}
		var d net.Dialer
		conn, err = d.DialContext(ctx, strings.Replace(network, "tls", "tcp", 1), at)
	}()
	<-done
	if err == nil && network == "tls" {
		conn = tls.Client(conn, &tls.Config{InsecureSkipVerify: true})
	}
	return conn, err
}

// get is the answer to a GET from outside, and its status.
func (c *computer) get(url string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	client := &http.Client{Transport: &http.Transport{
		DialContext: c.dial, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true,
	}}
	answer, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", url, answer.Status)
	}
	return string(body), err
}

// user is who may relay.
type user struct{ Username, Credential string }

// invited is the user of the ICE list.
func (c *computer) invited(base string) (user, error) {
	var list struct {
		ICEServers []struct {
			user
			URLs []string
		}
	}
	body, err := c.get(base + "/api/ice")
	if err == nil {
		err = json.Unmarshal([]byte(body), &list)
	}
	if err != nil || len(list.ICEServers) == 0 {
		return user{}, fmt.Errorf("no ICE list: %w in %s", err, body)
	}
	return list.ICEServers[len(list.ICEServers)-1].user, nil
}

// signed is a user of whoever knows the secret.
func signed(secret string) user {
	name := fmt.Sprintf("%d:caller", time.Now().Add(time.Hour).Unix())
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(name))
	return user{name, base64.StdEncoding.EncodeToString(mac.Sum(nil))}
}

// call is two callers outside, each with a relay on the computer.
type call struct {
	ends   [2]*probe.Client
	relays [2]netip.AddrPort
}

// call opens relays over the network, udp, tcp or tls, to the port.
func (c *computer) call(network string, port int, who user) (*call, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var k call
	for i := range k.ends {
		conn, err := c.dial(ctx, network, fmt.Sprintf("%s:%d", address, port))
		if err != nil {
			k.end()
			return nil, err
		}
		k.ends[i] = probe.New(conn, probe.Config{Network: strings.Replace(network, "tls", "tcp", 1),
			Username: who.Username, Password: who.Credential, RTO: 200 * time.Millisecond})
		got, err := k.ends[i].Allocate(ctx, probe.AllocateOptions{})
		if err != nil {
			k.end()
			return nil, err
		}
		k.relays[i] = got.Relayed
	}
	for i := range k.ends {
		if err := k.ends[i].CreatePermission(ctx, k.relays[1-i]); err != nil {
			k.end()
			return nil, err
		}
	}
	return &k, nil
}

func (k *call) end() {
	for _, end := range k.ends {
		if end != nil {
			_ = end.Close()
		}
	}
}

// pass sends a packet from one end to the other.
func (k *call) pass(text string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := k.ends[0].Send(k.relays[1], []byte(text)); err != nil {
		return err
	}
	packet, err := k.ends[1].Receive(ctx)
	if err != nil || string(packet.Data) != text {
		return fmt.Errorf("sent %q, got %q, %w", text, packet.Data, err)
	}
	return nil
}

// room is two callers outside who are in a room together.
func (c *computer) room(name string) (members [2]*websocket.Conn, err error) {
	d := websocket.Dialer{NetDialContext: c.dial, HandshakeTimeout: 10 * time.Second}
	for i := range members {
		if members[i], _, err = d.Dial("ws://"+address+":9001/ws", nil); err != nil {
			return members, err
		}
		join := fmt.Sprintf(`{"cmd":"join","roomId":%q,"uid":"caller %d"}`, name, i)
		if err = members[i].WriteMessage(websocket.TextMessage, []byte(join)); err != nil {
			return members, err
		}
	}
	_ = members[1].SetReadDeadline(time.Now().Add(10 * time.Second))
	_, answer, err := members[1].ReadMessage()
	if err == nil && !strings.Contains(string(answer), "resp-join") {
		err = fmt.Errorf("the second one is told %s", answer)
	}
	return members, err
}

// talk sends packets, one every few milliseconds, until it is told to stop, and
// then tells how many went and how many never came.
func (k *call) talk() (stop func() (sent, lost int)) {
	quiet := make(chan struct{})
	sent, got := make(chan int), make(chan int)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		n := 0
		for tick := time.NewTicker(3 * time.Millisecond); ; n++ {
			select {
			case <-tick.C:
				_ = k.ends[0].Send(k.relays[1], fmt.Appendf(nil, "packet %d", n))
			case <-quiet:
				tick.Stop()
				sent <- n
				return
			}
		}
	}()
	go func() {
		n := 0
		for ; ; n++ {
			if _, err := k.ends[1].Receive(ctx); err != nil {
				got <- n
				return
			}
		}
	}()
	return func() (int, int) {
		close(quiet)
		all := <-sent
		time.AfterFunc(time.Second, cancel) // the last ones are on their way
		return all, all - <-got
	}
}
