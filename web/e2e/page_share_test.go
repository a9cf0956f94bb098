//go:build page

package e2e

import "testing"

// drawScreen has a drawn screen shared, in browsers that have none to share here.
const drawScreen = `if (navigator.mediaDevices) navigator.mediaDevices.getDisplayMedia = async () => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
  const c = canvas.getContext('2d');
  let n = 0;
  setInterval(() => { c.fillStyle = 'hsl(' + n++ * 20 + ' 50% 50%)'; c.fillRect(0, 0, 640, 360); }, 50);
  return canvas.captureStream(20);
}`

// TestPageShare: the screen takes the camera's place, with no other offer, until
// either the page or the browser ends it; the other one sees it whole.
func TestPageShare(t *testing.T) { inEach(t, pageShare) }

func pageShare(_ *testing.T, s *scene) {
	anna, ben := s.pageCall(s.room("share"), func(p *page) {
		if s.engine.name == "firefox" {
			p.before(drawScreen)
		}
	})
	const offers = "heard.filter((cmd) => cmd === 'offer').length"
	before := evaluate[int](ben, offers)
	for _, end := range []func(){
		func() { anna.click("share") },
		func() { anna.run("screenTrack.stop(), screenTrack.dispatchEvent(new Event('ended'))") },
	} {
		anna.click("share")
		anna.waitFor("document.getElementById('share').ariaPressed === 'true' && document.getElementById('self').classList.contains('screen')")
		anna.run("window.screenTrack = session.call.pc.getSenders().find(({ track }) => track?.kind === 'video').track")
		ben.waitFor("document.getElementById('tile').classList.contains('screen')")
		ben.mustRead("announce", "A screen is being shared.")
		ben.mustSeeMovingVideo()
		ben.photographAs("share")

		anna.clickOn("#controls [data-toggle=camera]") // which is not what is seen
		ben.mustSeeMovingVideo()
		anna.clickOn("#controls [data-toggle=camera]")

		end()
		anna.waitFor("document.getElementById('share').ariaPressed === 'false' && screenTrack.readyState === 'ended'")
		ben.waitFor("!document.getElementById('tile').classList.contains('screen')")
		ben.mustSeeMovingVideo()
	}
	if after := evaluate[int](ben, offers); after != before {
		ben.fatalf("sharing took %d offers", after-before)
	}

	anna.run("navigator.mediaDevices.getDisplayMedia = async () => { throw new DOMException('staged', 'NotReadableError'); }")
	anna.click("share")
	anna.waitNotice("share-failed")
	anna.pressAction("close")
	anna.run("navigator.mediaDevices.getDisplayMedia = async () => { window.refused = true; throw new DOMException('staged', 'NotAllowedError'); }")
	anna.click("share")
	anna.waitFor("window.refused && document.getElementById('notice').hidden")
	anna.mustBehave()
	ben.mustBehave()
}
