//go:build page

package e2e

import (
	"fmt"
	"testing"
)

// TestPageMixed: whoever made the browser of the one who calls, and that of the one who
// is called, they see and hear one another, straight and by the relay.
func TestPageMixed(t *testing.T) {
	for _, first := range engines {
		for _, second := range engines {
			if first == second {
				continue // as all other calls are
			}
			for name, query := range map[string]string{"direct": "", "relay": "?policy=relay"} {
				t.Run(first.name+"-calls-"+second.name+"-"+name, func(t *testing.T) {
					s := newSceneIn(t, first, shared)
					path := s.room("mixed-"+name) + query
					anna := s.openPage("anna", path)
					anna.click("join")
					anna.waitState("Waiting for the other person")
					ben := s.with(second).openPage("ben", path)
					ben.click("join")
					mustBeInACall(anna, ben)
					for _, p := range s.pages {
						p.mustHave(1, map[string]string{"direct": "", "relay": "relay"}[name])
						p.mustBehave()
					}
				})
			}
		}
	}
}

// TestPageFour: four people with two kinds of browsers, straight and by the relay:
// sound and pictures run between any two of them. There is no seat for a fifth.
func TestPageFour(t *testing.T) {
	for _, c := range []struct{ name, query, way string }{{"direct", "", ""}, {"relay", "?policy=relay", "relay"}} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, startPrivate(t, "--rooms-capacity", "4"))
			var people []*page
			for i, name := range []string{"anna", "ben", "carl", "dora"} {
				p := s.with(engines[i%len(engines)]).openPage(name, "room/four"+c.query, fewPictures)
				p.click("join")
				for _, p := range append(people, p) {
					p.waitState(map[bool]string{true: "Waiting for the other person", false: "You are in a call."}[i == 0])
				}
				people = append(people, p)
			}
			for _, p := range people {
				p.seeAll(3)
				p.mustHave(3, c.way)
				p.photograph()
			}
			eve := s.openPage("eve", "room/four"+c.query)
			eve.click("join")
			eve.waitNotice("room-full")
		})
	}
}

// fewPictures: twelve are encoded and decoded at once, by two processors perhaps.
func fewPictures(p *page) {
	p.t.Helper()
	p.before(`{
		const open = navigator.mediaDevices.getUserMedia;
		navigator.mediaDevices.getUserMedia = async (wish) => {
			const stream = await open(wish);
			for (const track of stream.getVideoTracks()) await track.applyConstraints({ width: 160, height: 120, frameRate: 5 });
			return stream;
		};
	}`)
}

// waysOf is by which kind of candidate each connection goes that brings sound and
// pictures.
const waysOf = `Promise.all(connections.map(async (pc) => {
	const stats = await pc.getStats();
	const all = [...stats.values()];
	const comes = ['audio', 'video'].every((kind) => all.some((s) => s.type === 'inbound-rtp' && s.kind === kind && s.packetsReceived > 0));
	const { selectedCandidatePairId } = all.find((s) => s.type === 'transport' && s.selectedCandidatePairId) ?? {};
	return comes && selectedCandidatePairId ? stats.get(stats.get(selectedCandidatePairId).localCandidateId).candidateType : '';
})).then((ways) => ways.filter((way) => way))`

// mustHave waits for so many connections with media, all by this way if one is named.
func (p *page) mustHave(others int, way string) {
	p.t.Helper()
	p.waitFor(fmt.Sprintf("(%s).then((ways) => ways.length === %d && ways.every((way) => way.startsWith(%q)))", waysOf, others, way))
}
