//go:build page

package e2e

import (
	"testing"
)

// TestPageResume: one side's socket breaks in the middle of a call and comes back. It
// resumes its seat: nobody leaves, the connection stays the same one, and the picture
// never stops.
func TestPageResume(t *testing.T) { inEach(t, pageResume) }

func pageResume(t *testing.T, s *scene) {
	l := newLine(t, shared.host)
	anna := s.openPage("anna", s.room("page-resume"))
	anna.click("join")
	anna.waitState("Waiting for the other person")
	ben := s.openOver(l, "ben", s.room("page-resume"))
	ben.click("join")
	mustBeInACall(anna, ben)
	for _, p := range s.pages {
		evaluate[bool](p, watchPicture)
	}

	l.cut()
	ben.waitState("You are in a call. The server does not answer")
	anna.waitState("You are in a call. The other person has lost the server.")
	anna.photograph()
	for _, p := range s.pages {
		p.mustSeeMovingVideo()
	}
	l.mend()
	evaluate[bool](ben, "dispatchEvent(new Event('online'))")
	mustBeInACall(anna, ben)

	ben.waitFor("heard.includes('resumed')")
	anna.waitFor("heard.includes('peer-away') && heard.includes('peer-back') && !heard.includes('peer-leave')")
	for _, p := range s.pages {
		p.waitFor("connections.length === 1 && gaps === 0")
	}
	ben.click("leave") // and the seat is what it was
	anna.waitState("The other person left.")
}

// TestPageResumeHearsWhatItMissed: what was said to somebody whose socket was broken
// waits for him, in order. Here it is that the other one left and came again.
func TestPageResumeHearsWhatItMissed(t *testing.T) { inEach(t, pageResumeHearsWhatItMissed) }

func pageResumeHearsWhatItMissed(t *testing.T, s *scene) {
	l := newLine(t, shared.host)
	anna := s.openPage("anna", s.room("page-missed"))
	anna.click("join")
	anna.waitState("Waiting for the other person")
	ben := s.openOver(l, "ben", s.room("page-missed"))
	ben.click("join")
	mustBeInACall(anna, ben)

	l.cut()
	ben.waitFor("document.body.dataset.state.endsWith('without-server')")
	anna.reload()
	anna.waitFor("window.heard?.includes('joined')")
	l.mend()
	evaluate[bool](ben, "dispatchEvent(new Event('online'))")
	mustBeInACall(anna, ben)
	ben.waitFor("heard.lastIndexOf('resumed') < heard.lastIndexOf('peer-leave') && heard.lastIndexOf('peer-leave') < heard.lastIndexOf('new-peer')")
	ben.waitFor("connections.length === 2 && connections[0].connectionState === 'closed'")
}

// TestPageFreshCredentials: before credentials end there are new ones, and a
// connection that runs by a relay takes them and goes on.
func TestPageFreshCredentials(t *testing.T) { inEach(t, pageFreshCredentials) }

func pageFreshCredentials(t *testing.T, s *scene) {
	s.server = startPrivate(t, "--ice-ttl", "15s")
	anna, ben := s.pageCall(s.room("page-credentials") + "?policy=relay")
	const user = "connections[0].getConfiguration().iceServers.find((s) => s.username).username"
	for _, p := range []*page{anna, ben} {
		evaluate[string](p, "window.first = "+user)
		p.waitFor(user + " !== first && parseInt(" + user + ") > parseInt(first)")
		p.mustSeeMovingVideo()
	}
	anna.waitFor("Date.now() / 1000 > parseInt(first) + 1") // the first ones are over now
	for _, p := range []*page{anna, ben} {
		p.mustSeeMovingVideo()
		p.waitFor("connections.length === 1")
		p.mustBehave()
	}
}

// TestPageSilentNetwork: a connection that carries nothing any more, and does not say
// so, is found by a ping that nobody answers, and replaced.
func TestPageSilentNetwork(t *testing.T) { inEach(t, pageSilentNetwork) }

func pageSilentNetwork(t *testing.T, s *scene) {
	l := newLine(t, shared.host)
	anna := s.openPage("anna", s.room("page-silent"))
	anna.click("join")
	anna.waitState("Waiting for the other person")
	ben := s.openOver(l, "ben", s.room("page-silent"), func(p *page) {
		p.before("{ const real = setInterval; window.setInterval = (f, ms) => real(f, ms === 15000 ? 1500 : ms); }") // a heartbeat in a hurry
	})
	ben.click("join")
	mustBeInACall(anna, ben)
	l.hush()
	ben.waitFor("heard.includes('resumed')")
	mustBeInACall(anna, ben)
	for _, p := range s.pages {
		p.waitFor("connections.length === 1 && !heard.includes('peer-leave')")
		p.mustBehave()
	}
}

// TestPageClosing: a server that is about to go asks people to come back within a
// time. They move to another connection without anybody leaving.
func TestPageClosing(t *testing.T) { inEach(t, pageClosing) }

func pageClosing(t *testing.T, s *scene) {
	anna, ben := s.pageCall(s.room("page-closing"))
	// It stands in the place of another frame: both sides count them.
	evaluate[bool](ben, `(({ onmessage }, socket) => {
		socket.onmessage = (e) => onmessage(JSON.parse(e.data).cmd === 'pong' ? { data: '{"cmd":"closing","reconnectSeconds":1}' } : e);
		socket.send('{"cmd":"ping"}');
	})(sockets.at(-1), sockets.at(-1)), true`)
	ben.waitFor("sockets.length === 2 && heard.includes('resumed') && document.body.dataset.state === 'in-call'")
	anna.waitFor("document.body.dataset.state === 'in-call' && !heard.includes('peer-leave')")
	for _, p := range s.pages {
		p.mustSeeMovingVideo()
		p.waitFor("connections.length === 1")
		p.mustBehave()
	}
}

// TestPageRefusedForAMoment: a server too busy to take everybody back at once does not
// end a call that runs without it.
func TestPageRefusedForAMoment(t *testing.T) { inEach(t, pageRefusedForAMoment) }

func pageRefusedForAMoment(t *testing.T, s *scene) {
	anna, ben := s.pageCall(s.room("page-busy"))
	evaluate[bool](ben, `sockets.at(-1).onmessage({ data: '{"cmd":"error","ref":"join","code":"too-many-joins","message":""}' }), true`)
	ben.waitFor("sockets.length === 2 && document.body.dataset.state === 'in-call'")
	for _, p := range s.pages {
		p.mustSeeMovingVideo()
	}
	ben.waitFor("document.body.dataset.view === 'call' && document.getElementById('notice').hidden")
	anna.click("leave")
	ben.waitState("The other person left.")
}
