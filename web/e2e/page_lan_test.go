//go:build page

package e2e

import "testing"

// sent is how the page has its picture sent: what it asks of the browser.
const sent = "connections[0].getSenders().find(({ track }) => track?.kind === 'video').getParameters().encodings[0]"

// TestPageLoss: where a fifth of the packets gets lost, a smaller picture at a lower
// rate is sent until the loss is over, and both people see how the connection is.
func TestPageLoss(t *testing.T) { inEach(t, pageLoss) }

func pageLoss(t *testing.T, s *scene) {
	l := newLAN(t, true)
	anna, ben := l.call(s.engine)
	ben.waitFor("document.getElementById('remote').videoWidth === 320")
	l.lose(20)
	anna.waitFor(sent + ".maxBitrate <= 800_000 && " + sent + ".scaleResolutionDownBy >= 1.5")
	anna.clickOn(".dots")
	anna.waitFor("document.getElementById('panel').textContent.includes('your picture is sent smaller') && document.querySelector('.dots').dataset.level === 'poor'")
	anna.photograph()
	ben.waitFor("document.querySelector('.dots').dataset.level === 'poor' && document.getElementById('remote').videoWidth < 320")
	ben.mustSeeMovingVideo()

	l.mend()
	anna.waitFor("!" + sent + ".maxBitrate && " + sent + ".scaleResolutionDownBy === 1")
	ben.waitFor("document.getElementById('remote').videoWidth === 320 && document.querySelector('.dots').dataset.level !== 'poor'")
	for _, p := range s.pages {
		p.mustBehave()
	}
}

// TestPageNarrow: a link that becomes too narrow for the picture loses packets until
// less is sent, and the call goes on; when there is room again, more is sent.
func TestPageNarrow(t *testing.T) {
	l := newLAN(t, true)
	anna, ben := l.call(engines[0])
	const rate, lost = "parseInt(document.querySelector('[data-figure=rate]').textContent)", "parseFloat(document.querySelector('[data-figure=loss]').textContent)"
	ben.clickOn(".dots")
	ben.waitFor(rate + " > 150")
	l.narrow("120kbit")
	ben.waitFor(lost + " > 5")
	ben.waitFor(lost + " < 2 && " + rate + " < 130 && " + rate + " > 0")
	ben.photograph()
	ben.mustSeeMovingVideo()
	l.widen()
	ben.waitFor(rate + " > 150")
	mustBeInACall(anna, ben)
}

// TestPageTURNBlocked: a firewall closes the port of the TURN server in the middle of a
// call, and opens it again. The server is there all the while; the call breaks, says so
// and comes back by itself.
func TestPageTURNBlocked(t *testing.T) { inEach(t, turnBlocked) }

func turnBlocked(t *testing.T, s *scene) {
	l := newLAN(t, false)
	anna, ben := l.call(s.engine)
	people := []*page{anna, ben}
	for _, p := range people { // each knows, though one of them may use only the other's relay
		p.clickOn(".dots")
		p.waitFor("document.querySelector('[data-figure=way]').textContent === 'relay'")
		p.press(keyEscape)
	}
	l.block()
	for _, p := range people {
		p.waitState("The connection is interrupted.")
	}
	anna.waitNotice("broken-off")
	anna.photograph()
	l.mend()
	mustBeInACall(people...)
	for _, p := range people {
		p.waitFor("connections.length === 1 && sockets.length === 1 && !heard.includes('peer-leave') && document.getElementById('notice').hidden")
	}
}
