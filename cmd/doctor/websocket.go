package doctor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gorilla/websocket"

	"zerortc/cmd/finding"
)

// websocket opens the signaling socket as the server's own page does, and pings.
func (v *visit) websocket(ctx context.Context) finding.Finding {
	u := v.URL.JoinPath("ws")
	u.Scheme = map[string]string{"https": "wss", "http": "ws"}[v.URL.Scheme]
	dialer := websocket.Dialer{TLSClientConfig: v.tls()} // and no proxy
	socket, answer, err := dialer.DialContext(ctx, u.String(), http.Header{"Origin": {v.URL.Scheme + "://" + v.URL.Host}})
	if errors.Is(err, websocket.ErrBadHandshake) && answer != nil {
		what, remedy := notUpgraded(answer)
		return finding.Bad("", u.String()+": "+what, remedy)
	}
	if err != nil {
		what, remedy := v.unreached(err)
		return finding.Bad("", what, remedy)
	}
	defer socket.Close()
	took, err := ping(ctx, socket)
	if err != nil {
		return finding.Bad("", fmt.Sprintf("the socket opens, and a ping gets no answer: %v", err),
			"look at what stands between: a proxy has to pass frames on as they come, and wait longer than a minute for one")
	}
	return finding.Good("", "opens, and answers a ping in %s", round(took))
}

// ping waits for the pong, which has what the ping had (RFC 6455 section 5.5.3).
func ping(ctx context.Context, socket *websocket.Conn) (time.Duration, error) {
	deadline, _ := ctx.Deadline()
	if err := socket.SetReadDeadline(deadline); err != nil {
		return 0, err
	}
	const said = "doctor"
	heard := errors.New("pong") // ends the reading, which else would wait for a frame
	socket.SetPongHandler(func(data string) error {
		if data == said {
			return heard
		}
		return nil
	})
	begin := time.Now()
	if err := socket.WriteControl(websocket.PingMessage, []byte(said), deadline); err != nil {
		return 0, err
	}
	for {
		if _, _, err := socket.ReadMessage(); errors.Is(err, heard) {
			return time.Since(begin), nil
		} else if err != nil {
			return 0, err
		}
	}
}

// notUpgraded is why a server answered with a page instead of a socket.
func notUpgraded(answer *http.Response) (what, remedy string) {
	switch answer.StatusCode {
	case http.StatusForbidden:
		return "the server refuses its own page", "a proxy changes the header Host or Origin; have it pass Host on (proxy_set_header Host $host), or name the page's origin by http.origins"
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return "the server has no room for one more socket: " + answer.Status, "wait, or raise its limits (rooms.max-sockets); its log names the reason"
	}
	return "the answer is " + answer.Status + " instead of a socket",
		"a proxy on the way does not pass WebSockets on; have it send Upgrade and Connection (proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade)"
}
