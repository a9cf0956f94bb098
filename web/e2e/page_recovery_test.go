//go:build page

package e2e

import (
	"strings"
	"testing"
)

// TestPageTURNKilledAndBack: the relay is gone in the middle of a call, for those who
// go by it, and comes back. So does the call, over the same connection: by an ICE
// restart with new credentials, without anybody leaving the room.
func TestPageTURNKilledAndBack(t *testing.T) {
	s := newScene(t, shared)
	turn := evaluate[string](s.openPage("scout", ""), `fetch('/api/ice').then((r) => r.json()).then(({ iceServers }) =>
		iceServers.flatMap(({ urls }) => urls).find((url) => /transport=tcp/.test(url)).replace(/^turn:|\?.*$/g, ''))`)
	l := newLine(t, turn)
	_, port, _ := strings.Cut(l.listener.Addr().String(), ":")
	byLine := func(p *page) {
		p.t.Helper()
		p.before(`{
			const bend = (config) => ({ ...config, iceServers: config.iceServers.map((server) =>
				({ ...server, urls: server.urls.map((url) => url.replace(/:\d+(?=\?)/, ':` + port + `')) })) });
			const Real = window.RTCPeerConnection;
			window.users = [];
			window.RTCPeerConnection = class extends Real {
				constructor(config) { super(bend(config)); }
				setConfiguration(config) { users.push(config.iceServers.find((s) => s.username).username); super.setConfiguration(bend(config)); }
			};
		}`)
	}
	const path = "room/turn-killed?policy=relay&transport=tcp"
	anna := s.openPage("anna", path, byLine)
	anna.click("join")
	anna.waitState("Waiting for the other person")
	ben := s.openPage("ben", path, byLine)
	ben.click("join")
	mustBeInACall(anna, ben)

	l.cut()
	for _, p := range []*page{anna, ben} {
		p.waitState("The connection is interrupted.")
	}
	l.mend()
	mustBeInACall(anna, ben)
	for _, p := range []*page{anna, ben} {
		p.waitFor("connections.length === 1 && !heard.includes('peer-leave') && document.getElementById('notice').hidden")
	}
	anna.waitFor("users.length > 0")
}

// TestPageNetworkChanged: a browser that says it is online again looks for a new way at
// once, from either side, and the picture never stops.
func TestPageNetworkChanged(t *testing.T) {
	anna, ben := newScene(t, shared).pageCall("room/network-changed")
	const fragment = "/a=ice-ufrag:(\\S+)/.exec(connections[0].localDescription.sdp)[1]"
	for _, mover := range []*page{anna, ben} {
		for _, p := range []*page{anna, ben} {
			evaluate[bool](p, watchPicture)
			evaluate[string](p, "window.ufrag = "+fragment)
		}
		evaluate[bool](mover, "dispatchEvent(new Event('online'))")
		for _, p := range []*page{anna, ben} {
			p.waitFor(fragment + " !== ufrag && connections[0].signalingState === 'stable' && connections[0].connectionState === 'connected'")
			p.mustSeeMovingVideo()
			p.waitFor("connections.length === 1 && gaps === 0")
		}
	}
	// Both at once: one of them gives way.
	evaluate[bool](anna, "dispatchEvent(new Event('online'))")
	evaluate[bool](ben, "dispatchEvent(new Event('online'))")
	mustBeInACall(anna, ben)
	for _, p := range []*page{anna, ben} {
		p.waitFor("connections.length === 1 && connections[0].signalingState === 'stable'")
		p.mustSeeMovingVideo()
		p.mustBehave()
	}
}

// TestPageOfferLost: in a room for several an offer that got lost is made again by itself.
func TestPageOfferLost(t *testing.T) { inEach(t, pageOfferLost) }

func pageOfferLost(t *testing.T, s *scene) {
	s.server = startPrivate(t, "--rooms-capacity", "3")
	impatient := func(p *page) {
		p.t.Helper()
		p.before(`{
			const later = window.setTimeout;
			window.setTimeout = (what, ms, ...more) => later(what, ms === 30_000 ? 1000 : ms, ...more); // until it has failed
		}`)
	}
	anna := s.openPage("anna", "room/offer-lost", impatient, func(p *page) {
		p.before(`{
			const { send } = WebSocket.prototype;
			window.offers = 0;
			WebSocket.prototype.send = function (frame) {
				if (!frame.includes('"cmd":"offer"') || offers++ > 0) send.call(this, frame);
			};
		}`)
	})
	anna.click("join")
	anna.waitState("Waiting for the other person")
	ben := s.openPage("ben", "room/offer-lost", impatient)
	ben.click("join")
	ben.waitNotice("failed")
	for _, p := range []*page{anna, ben} {
		p.waitState("You are in a call.")
		p.waitFor("connections.length === 1 && document.getElementById('notice').hidden")
	}
}
