package signaling

import (
	"testing"

	"github.com/gorilla/websocket"
)

// TestOldPageSession replays what an old page and an old app say to one another
// over an evening, their mistakes included: frames before the join and after the
// leave, msg as a string and as an object, numbers for names, binary noise.
func TestOldPageSession(t *testing.T) {
	server, url := start(t, DefaultLimits())
	page, app := connect(t, "page", url), connect(t, "app", url)

	// The page says goodbye to a room it was never in, as it loads.
	page.done(`{"cmd":"leave","roomId":0,"uid":"k3v9x1"}`)
	page.done(`{"cmd":"join","roomId":"100","uid":"k3v9x1"}`)
	app.done(`{"uid":"android","roomId":"100","cmd":"join"}`) // an app has its own order
	page.hears(`{"cmd":"new-peer","remoteUid":"android"}`)
	app.hears(`{"cmd":"resp-join","remoteUid":"k3v9x1"}`)

	// The call is set up: strings from the page, an object from the app.
	relay(page, app, `{"cmd":"offer","roomId":"100","uid":"k3v9x1","remoteUid":"android","msg":"{\"type\":\"offer\",\"sdp\":\"v=0\\r\\no=- 1 2 IN IP4 127.0.0.1\\r\\n\"}"}`)
	relay(page, app, `{"cmd":"candidate","roomId":"100","uid":"k3v9x1","remoteUid":"android","msg":"{\"label\":0,\"id\":\"audio\",\"candidate\":\"candidate:1 1 udp 1 192.0.2.1 9 typ host\"}"}`)
	relay(app, page, `{"uid":"android","roomId":"100","cmd":"answer","remoteUid":"k3v9x1","msg":{"type":"answer","sdp":"v=0\r\n"}}`)
	relay(app, page, "{ \"cmd\": \"candidate\",\n  \"roomId\": \"100\", \"uid\": \"android\", \"remoteUid\": \"k3v9x1\",\n  \"msg\": {\"label\": 1, \"id\": \"video\", \"candidate\": \"\"}, \"version\": 1.50 }")

	// The page hangs up; its candidates trickle on, and so do the app's.
	page.done(`{"cmd":"leave","roomId":"100","uid":"k3v9x1"}`)
	app.hears(`{"cmd":"peer-leave","remoteUid":"k3v9x1"}`)
	page.done(`{"cmd":"candidate","roomId":"100","uid":"k3v9x1","remoteUid":"android","msg":"{}"}`)
	app.done(`{"uid":"android","roomId":"100","cmd":"candidate","remoteUid":"k3v9x1","msg":{}}`)
	page.conn.WriteMessage(websocket.BinaryMessage, []byte{0, 1, 2})
	page.hearsNothing()
	app.hearsNothing()

	// It calls again, is reloaded amid the call, and comes back under a new uid:
	// the closing of the old socket frees the seat.
	page.done(`{"cmd":"join","roomId":"100","uid":"k3v9x1"}`)
	app.hears(`{"cmd":"new-peer","remoteUid":"k3v9x1"}`)
	page.hears(`{"cmd":"resp-join","remoteUid":"android"}`)
	page.bye(websocket.CloseGoingAway)
	page.hears("close 1001")
	app.hears(`{"cmd":"peer-leave","remoteUid":"k3v9x1"}`)
	page = connect(t, "page reloaded", url)
	page.done(`{"cmd":"leave","roomId":0,"uid":"p0q8w7"}`)
	page.done(`{"cmd":"join","roomId":"100","uid":"p0q8w7"}`)
	app.hears(`{"cmd":"new-peer","remoteUid":"p0q8w7"}`)
	page.hears(`{"cmd":"resp-join","remoteUid":"android"}`)

	// A third comes, is told, and does not go away.
	third := connect(t, "third", url)
	third.done(`{"cmd":"join","roomId":"100","uid":3}`)
	third.hears(`{"cmd":"room-full","roomId":"100"}`)

	// The app crashes.
	app.conn.NetConn().Close()
	page.hears(`{"cmd":"peer-leave","remoteUid":"android"}`)
	third.done(`{"cmd":"join","roomId":"100","uid":3}`)
	page.hears(`{"cmd":"new-peer","remoteUid":3}`)
	third.hears(`{"cmd":"resp-join","remoteUid":"p0q8w7"}`)
	relay(page, third, `{"cmd":"offer","roomId":"100","uid":"p0q8w7","remoteUid":3,"msg":""}`)

	refusals := server.Stats().Refusals
	if refusals["not-joined"] != 3 || refusals["unknown-peer"] != 1 || refusals["not-text"] != 1 || refusals["room-full"] != 1 {
		t.Errorf("counted %v", refusals)
	}
}

// relay sends a frame and fails unless its very bytes arrive.
func relay(from, to *client, frame string) {
	from.t.Helper()
	from.say(frame)
	to.hears(frame)
}
