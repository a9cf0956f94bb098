//go:build page

package e2e

import (
	"testing"
)

// watchPicture notes each moment in which the other one's picture is not seen.
const watchPicture = `window.gaps = 0;
  new MutationObserver(() => { gaps += document.getElementById('remote').hidden; })
    .observe(document.getElementById('remote'), { attributes: true });
  true`

// TestPageServerRestart: people whose media takes the direct way talk on while the
// server is away, and do not notice when it is back. A relayed call starts anew.
func TestPageServerRestart(t *testing.T) {
	for _, c := range []struct {
		name, query string
		direct      bool
	}{
		{"direct", "", true},
		{"relay", "?policy=relay", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			inEach(t, func(t *testing.T, s *scene) { serverRestart(s, c.query, c.direct) })
		})
	}
}

func serverRestart(s *scene, query string, direct bool) {
	first, err := startServer("127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	s.server = first
	anna, ben := s.pageCall("room/restart" + query)
	for _, p := range s.pages {
		p.run(watchPicture)
	}
	if err := first.stop(); err != nil {
		s.t.Fatal(err)
	}
	for _, p := range s.pages {
		p.waitState("The server does not answer")
		if direct {
			p.waitState("You are in a call. The server")
			p.mustSeeMovingVideo()
		}
	}
	s.server = startAt(s.t, first.host, "127.0.0.1:0")
	mustBeInACall(anna, ben)
	for _, p := range s.pages {
		p.waitFor("connections.length > 1") // made anew beside the old one
		if gaps := evaluate[int](p, "gaps"); direct && gaps > 0 {
			p.fatalf("the picture was gone %d times", gaps)
		}
	}
}

// TestPageSocketCut: one side loses the server, the other keeps it. The classic
// protocol says "peer-leave" then, but media still comes, and both talk on.
func TestPageSocketCut(t *testing.T) { inEach(t, pageSocketCut) }

func pageSocketCut(t *testing.T, s *scene) {
	anna, ben := s.pageCall(s.room("page-cut"))
	for _, p := range s.pages {
		evaluate[bool](p, watchPicture)
	}
	evaluate[bool](ben, "cut = true, sockets.at(-1).close(), true")
	ben.waitState("You are in a call. The server does not answer")
	anna.waitState("You are in a call. The other person has lost the server.")
	anna.mustSeeMovingVideo()
	ben.mustSeeMovingVideo()

	evaluate[bool](ben, "cut = false, dispatchEvent(new Event('online'))")
	for _, p := range s.pages {
		p.waitFor("connections.length === 2 && document.body.dataset.state === 'in-call'")
		p.waitFor("connections[0].connectionState === 'closed'")
		p.mustSeeMovingVideo()
		if gaps := evaluate[int](p, "gaps"); gaps > 0 {
			p.fatalf("the picture was gone %d times", gaps)
		}
	}
}

// TestPageServerRestartOneBack: of two who talk on while the server restarts one is back
// before the other, or alone, and is told that the other is not there.
func TestPageServerRestartOneBack(t *testing.T) { inEach(t, serverRestartOneBack) }

func serverRestartOneBack(t *testing.T, s *scene) {
	first, err := startServer("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.server = first
	anna, ben := s.pageCall("room/one-back")
	evaluate[bool](ben, "window.cut = true")
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	anna.waitState("You are in a call. The server does not answer")
	s.server = startAt(t, first.host, "127.0.0.1:0")
	anna.waitState("You are in a call. The other person has lost the server.")
	ben.run("cut = false, dispatchEvent(new Event('online'))")
	mustBeInACall(anna, ben)
	anna.waitFor("document.body.dataset.state === 'in-call'")
}

// TestPageServerRefusesDialect: it takes two handshakes that fail in a row for the page to
// think that the server does not know its dialect.
func TestPageServerRefusesDialect(t *testing.T) {
	p := newScene(t, shared).openPage("anna", "")
	p.mustGive("socket", `await (async () => {
	  const asked = [];
	  const Real = window.WebSocket;
	  const none = { opened() {}, received() {}, lost() {}, refused() {} };
	  const socket = await new Promise((done) => {
	    window.WebSocket = class {
	      constructor(url, dialect = 'none') {
	        if (asked.push(dialect) === 4) done(made);
	        setTimeout(() => this.onclose?.({ code: 1006, reason: '' }));
	      }
	      close() {}
	    };
	    const made = new m.SignalingSocket('ws://x', 'new', none);
	  });
	  socket.close();
	  window.WebSocket = Real;
	  return asked;
	})()`, `["new","new","none","new"]`)
}

// TestPageServerGone: without a server and without a call there is a message, and
// the page finds the server when it is there.
func TestPageServerGone(t *testing.T) { inEach(t, pageServerGone) }

func pageServerGone(t *testing.T, s *scene) {
	p := s.openPage("anna", s.room("page-gone"))
	evaluate[bool](p, "window.cut = true")
	p.click("join")
	p.waitNotice("gone")
	p.photograph()
	evaluate[bool](p, "cut = false, true")
	p.pressAction("try-now")
	p.waitState("Waiting for the other person")
	p.waitFor("document.getElementById('notice').hidden")
}

// TestPageCallFailed: a call that cannot be connected says so, and trying again
// brings the other side along.
func TestPageCallFailed(t *testing.T) { inEach(t, pageCallFailed) }

func pageCallFailed(t *testing.T, s *scene) {
	anna := s.openPage("anna", s.room("page-failed"))
	anna.click("join")
	anna.waitState("Waiting for the other person")
	ben := s.openPage("ben", s.room("page-failed"))
	evaluate[bool](ben, `window.healthy = RTCPeerConnection.prototype.setRemoteDescription,
		RTCPeerConnection.prototype.setRemoteDescription = async () => { throw new Error('staged'); }, true`)
	ben.click("join")
	ben.waitNotice("failed")
	ben.photograph()
	evaluate[bool](ben, "RTCPeerConnection.prototype.setRemoteDescription = healthy, true")
	ben.pressAction("try-again")
	mustBeInACall(anna, ben)
	ben.waitFor("document.getElementById('notice').hidden")
}
