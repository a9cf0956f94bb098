//go:build page

package e2e

import (
	"strings"
	"testing"
)

// flooder joins a room over a bare socket and makes whoever comes an offer with a number
// of its own choice and, once that is answered, so many more, each of another session.
const flooder = `new Promise((done) => {
  const [roomId, uid] = [ROOM, 'mallory'];
  const socket = window.attacker = new WebSocket('ws://' + location.host + '/ws');
  const send = (frame) => socket.send(JSON.stringify({ roomId, uid, ...frame }));
  const answers = window.answers = [];
  let sdp;
  const offer = (remoteUid) => {
    const fresh = sdp.replace(/ice-ufrag:.*/g, 'ice-ufrag:' + crypto.randomUUID().slice(0, 8));
    send({ cmd: 'offer', remoteUid, msg: { type: 'offer', sdp: fresh, number: NUMBER } });
  };
  socket.onopen = async () => {
    const pc = new RTCPeerConnection();
    pc.createDataChannel('x');
    sdp = (await pc.createOffer()).sdp;
    pc.close();
    send({ cmd: 'join' });
    done(true);
  };
  socket.onmessage = ({ data }) => {
    const { cmd, remoteUid, uid: from, msg } = JSON.parse(data);
    if (cmd === 'new-peer' && !answers.length) offer(remoteUid);
    if (cmd === 'answer' && answers.push(JSON.parse(msg).number) === 1) for (let i = 0; i < MORE; i++) offer(from);
  };
})`

// TestPageFlood: whatever offers somebody makes, and however many, who answers them is not
// shown out by the server for saying too much, and can talk with the others.
func TestPageFlood(t *testing.T) { inEach(t, pageFlood) }

func pageFlood(t *testing.T, s *scene) {
	s.server = startPrivate(t, "--rooms-capacity", "3")
	for name, c := range map[string]struct{ number, more string }{
		"large": {`'"'.repeat(25_000)`, "0"}, // each is one byte more when it is repeated
		"many":  {"1", "150"},
	} {
		room := s.room("flood-" + name)
		mallory := s.openPage("mallory", "")
		evaluate[bool](mallory, strings.NewReplacer("ROOM", quote(strings.TrimPrefix(room, "room/")), "NUMBER", c.number, "MORE", c.more).Replace(flooder))
		anna := s.openPage("anna", room)
		anna.click("join")
		mallory.waitFor("answers.length > 0")
		anna.waitFor("heard.filter((cmd) => cmd === 'offer').length > " + c.more)
		ben := s.openPage("ben", room)
		ben.click("join")
		anna.waitState("You are in a call.")
		ben.waitState("You are in a call.")
		anna.waitFor("sockets.length === 1 && sockets[0].readyState === WebSocket.OPEN")
		for _, p := range []*page{anna, ben} {
			p.click("leave")
		}
	}
}

// TestPageUntellable: a connection whose description the server would not take has failed.
func TestPageUntellable(t *testing.T) {
	p := newScene(t, shared).openPage("anna", "")
	p.mustGive("link", `await (async () => {
	  const { Outgoing } = await import('/page/outgoing.js');
	  return new Promise((done) => {
	    const link = new m.Link({
	      config: Promise.resolve({}), own: new Outgoing(), offers: true,
	      tell: (cmd) => cmd !== 'offer', changed: ({ state }) => done(state), heard() {}, file() {},
	    });
	    link.offer();
	  });
	})()`, `"failed"`)
}

// ghost joins a room under one name after the other. Each takes what it is offered, and
// leaves once it is connected, but for its connection.
const ghost = `(async () => {
  const roomId = ROOM;
  const socket = window.attacker = new WebSocket('ws://' + location.host + '/ws');
  await new Promise((done) => { socket.onopen = done; });
  for (let i = 0; i < 5; i++) {
    const uid = 'ghost ' + i;
    const send = (frame) => socket.send(JSON.stringify({ roomId, uid, ...frame }));
    const pc = new RTCPeerConnection();
    const connected = new Promise((done) => {
      pc.onconnectionstatechange = () => { if (pc.connectionState === 'connected') done(); };
    });
    let work = Promise.resolve();
    socket.onmessage = ({ data }) => {
      const { cmd, uid: from, msg } = JSON.parse(data);
      if (cmd !== 'offer' && cmd !== 'candidate') return;
      const told = JSON.parse(msg);
      work = work.then(async () => {
        if (cmd === 'candidate') return pc.addIceCandidate({ candidate: told.candidate, sdpMLineIndex: told.label }).catch(() => {});
        await pc.setRemoteDescription({ type: 'offer', sdp: told.sdp });
        await pc.setLocalDescription();
        send({ cmd: 'answer', remoteUid: from, msg: JSON.stringify({ type: 'answer', sdp: pc.localDescription.sdp, number: told.number }) });
      });
    };
    send({ cmd: 'join' });
    await connected;
    send({ cmd: 'leave' });
  }
  return true;
})()`

// TestPageGhosts: who leaves and stays connected, name after name, has no more of our
// pictures than a room has seats.
func TestPageGhosts(t *testing.T) { inEach(t, pageGhosts) }

func pageGhosts(t *testing.T, s *scene) {
	s.server = startPrivate(t, "--rooms-capacity", "3")
	anna := s.openPage("anna", "room/ghosts")
	anna.click("join")
	anna.waitState("Waiting for the other person")
	mallory := s.openPage("mallory", "")
	evaluate[bool](mallory, strings.Replace(ghost, "ROOM", quote("ghosts"), 1))
	anna.waitFor("connections.length === 5")
	anna.waitFor("connections.filter((pc) => pc.connectionState !== 'closed').length <= 2")
	anna.waitFor("document.querySelectorAll('.tile:not([hidden]) video').length <= 2")
}
