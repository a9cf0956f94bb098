//go:build page

package e2e

import (
	"strings"
	"testing"
)

// beThePeer plays the other side inside the page: every candidate first, the offer
// last, and no candidate in it. The page can connect only if it kept the candidates.
// WRAP is how msg is put: as JSON in a string, or, as some clients do, bare.
const beThePeer = `(async (wrap) => {
  const peer = new RTCPeerConnection();
  peer.addTransceiver('video');
  const early = [];
  const gathered = new Promise((done) => {
    peer.onicecandidate = ({ candidate }) => candidate?.candidate ? early.push(candidate) : done();
  });
  const connected = new Promise((done) => {
    peer.onconnectionstatechange = () => { if (peer.connectionState === 'connected') done(); };
  });
  await peer.setLocalDescription();
  await gathered;
  window.sendToPeer = (mine, to, cmd, msg) => { if (cmd === 'answer') peer.setRemoteDescription(msg); };
  const tell = (cmd, msg) => handle(session, { cmd, roomId: session.roomId, uid: 'peer', remoteUid: uid, msg: wrap(msg) });
  await handle(session, { cmd: 'resp-join', remoteUid: 'peer' });
  for (const c of early) await tell('candidate', { label: c.sdpMLineIndex, id: c.sdpMid, candidate: c.candidate });
  const waiting = session.call.early.length;
  await tell('offer', { type: 'offer', sdp: peer.localDescription.sdp.replace(/a=candidate:.*\r\n/g, '') });
  await connected;
  return waiting;
})(WRAP)`

// TestEarlyCandidates: what arrives before the description it belongs to waits.
func TestEarlyCandidates(t *testing.T) {
	for name, wrap := range map[string]string{"string": "JSON.stringify", "object": "(msg) => msg"} {
		t.Run(name, func(t *testing.T) {
			p := newScene(t, shared).openExample("anna", "room=early-"+name)
			p.waitState("Waiting for the other side")
			if waiting := evaluate[int](p, strings.Replace(beThePeer, "WRAP", wrap, 1)); waiting == 0 {
				p.fatalf("no candidate was early")
			}
			p.waitState("You are in a call.")
		})
	}
}
