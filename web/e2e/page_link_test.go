//go:build page

package e2e

import (
	"strings"
	"testing"
)

// TestPageMeetsExample: the page talks with the classic example client, whoever was
// there first.
func TestPageMeetsExample(t *testing.T) {
	s := newScene(t, shared)
	anna := s.openPage("anna", "room/classic")
	anna.click("join")
	anna.waitState("Waiting for the other person")
	ben := s.openExample("ben", "room=classic")
	mustBeInACall(anna, ben)

	anna.click("leave")
	ben.waitState("The other side left.")
	anna.click("join")
	mustBeInACall(anna, ben)
}

// earlyBird is the other side of a link: it sends every candidate before its offer,
// which has none in it. The link can connect only if it kept them.
const earlyBird = `Promise.all([import('/page/link.js'), import('/page/outgoing.js')]).then(async ([{ Link }, { Outgoing }]) => {
  const wrap = WRAP;
  const peer = new RTCPeerConnection();
  peer.addTransceiver('video');
  const early = [];
  const gathered = new Promise((done) => {
    peer.onicecandidate = ({ candidate }) => candidate?.candidate ? early.push(candidate) : done();
  });
  await peer.setLocalDescription();
  await gathered;
  return new Promise((done) => {
    const link = new Link({
      peer: 'early', config: Promise.resolve({}), own: new Outgoing(),
      tell: (cmd, msg) => { if (cmd === 'answer') peer.setRemoteDescription(msg); },
      changed: ({ state }) => { if (state !== 'connecting') done(early.length + ' ' + state); },
    });
    for (const c of early) link.take({ cmd: 'candidate', msg: wrap({ label: c.sdpMLineIndex, id: c.sdpMid, candidate: c.candidate }) });
    link.take({ cmd: 'offer', msg: wrap({ type: 'offer', sdp: peer.localDescription.sdp.replace(/a=candidate:.*\r\n/g, '') }) });
  });
})`

// TestPageEarlyCandidates: what arrives before the description it belongs to waits,
// in whichever of the two ways msg is put.
func TestPageEarlyCandidates(t *testing.T) { inEach(t, pageEarlyCandidates) }

func pageEarlyCandidates(t *testing.T, s *scene) {
	p := s.openPage("anna", "")
	for _, wrap := range []string{"JSON.stringify", "(msg) => msg"} {
		got := evaluate[string](p, strings.Replace(earlyBird, "WRAP", wrap, 1))
		if strings.HasPrefix(got, "0 ") || !strings.HasSuffix(got, " connected") {
			p.fatalf("candidates and state: %s", got)
		}
	}
}

// TestPageInCallNotices: what happens to sound and devices in a call is told.
func TestPageInCallNotices(t *testing.T) { inEach(t, pageInCallNotices) }

func pageInCallNotices(t *testing.T, s *scene) {
	anna, _ := s.pageCall(s.room("in-call-notices"), func(p *page) {
		p.before(`window.play = HTMLMediaElement.prototype.play;
			HTMLMediaElement.prototype.play = async () => { throw new DOMException('staged', 'NotAllowedError'); }`)
	})
	anna.waitNotice("sound")
	anna.mustRead("announce", "The browser holds the sound back")

	stageFault(anna, "NotReadableError", "") // another notice takes its place until it goes
	anna.focus("more-open")
	evaluate[bool](anna, "document.getElementById('local').srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'))")
	anna.waitNotice("lost-camera")
	anna.mustRead("announce", "Your camera is gone")
	anna.photograph()
	anna.pressAction("close")
	anna.waitNotice("sound")
	anna.waitFor("document.activeElement.id === 'more-open'") // where the focus was before the card

	evaluate[bool](anna, "HTMLMediaElement.prototype.play = function () { window.played = true; return play.call(this); }, true")
	anna.pressAction("start-sound")
	anna.waitFor("played && document.getElementById('notice').hidden")
	anna.waitFor("document.activeElement.id === 'more-open'")
}
