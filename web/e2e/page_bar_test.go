//go:build page

package e2e

import "testing"

// stageWindows stands in for what a browser without a screen cannot show: a window for
// the picture, the whole screen, and a lamp that stays lit. Each does what its standard
// says the page can see of it.
const stageWindows = `{
  const state = window.windows = { full: null, pip: null, locks: [] };
  const answer = (object, name, get) => Object.defineProperty(object, name, { get, configurable: true });
  answer(document, 'fullscreenEnabled', () => true);
  answer(document, 'fullscreenElement', () => state.full);
  answer(document, 'pictureInPictureEnabled', () => true);
  answer(document, 'pictureInPictureElement', () => state.pip);
  const fill = (e) => { state.full = e; document.dispatchEvent(new Event('fullscreenchange')); };
  Element.prototype.requestFullscreen = async function () { fill(this); };
  document.exitFullscreen = async () => fill(null);
  HTMLVideoElement.prototype.requestPictureInPicture = async function () { state.pip = this; };
  document.exitPictureInPicture = async () => { state.pip = null; };
  answer(navigator, 'wakeLock', () => ({ request: async (kind) => {
    const lock = { kind, on: true, onrelease: null, release: async () => { lock.on = false; lock.onrelease?.(); } };
    state.locks.push(lock);
    return lock;
  } }));
}`

func stageAllWindows(p *page) {
	p.t.Helper()
	p.before(stageWindows)
}

// choose opens the drawer and presses one of its buttons.
func (p *page) choose(id string) {
	p.t.Helper()
	p.click("more-open")
	p.click(id)
	p.waitFor("document.getElementById('more').hidden")
}

// TestPageWindows: the other one can be seen in a window of their own or on the whole
// screen, and both end with the call.
func TestPageWindows(t *testing.T) { inEach(t, pageWindows) }

func pageWindows(_ *testing.T, s *scene) {
	anna, ben := s.pageCall(s.room("windows"), stageAllWindows)
	anna.choose("pip")
	anna.waitFor("windows.pip === document.getElementById('remote')")
	anna.choose("pip")
	anna.waitFor("windows.pip === null")
	anna.choose("full")
	anna.waitFor("windows.full === document.documentElement")
	anna.mustRead("full", "Leave full screen")
	anna.choose("full")
	anna.waitFor("windows.full === null")
	anna.mustRead("full", "Full screen")

	anna.choose("pip")
	anna.choose("full")
	anna.click("leave")
	anna.waitFor("windows.pip === null && windows.full === null")
	anna.mustBehave()

	ben.click("leave")
	carl := s.openPage("carl", s.room("no-windows"), func(p *page) { // such as an iPhone
		p.before("for (const name of ['fullscreenEnabled', 'pictureInPictureEnabled']) Object.defineProperty(document, name, { value: false }); delete MediaDevices.prototype.getDisplayMedia;")
	})
	carl.click("join")
	carl.click("more-open")
	carl.waitFor("['pip', 'full', 'share'].every((id) => !document.getElementById(id).checkVisibility()) && document.getElementById('qr-open').checkVisibility()")
}

// TestPageAwake: the screen stays lit during a call, and no longer.
func TestPageAwake(t *testing.T) { inEach(t, pageAwake) }

func pageAwake(_ *testing.T, s *scene) {
	p := s.openPage("anna", s.room("awake"), stageAllWindows)
	p.waitFor("windows.locks.length === 0")
	p.click("join")
	p.waitFor("windows.locks.length === 1 && windows.locks[0].kind === 'screen'")
	p.run("windows.locks[0].release(), document.dispatchEvent(new Event('visibilitychange'))") // the page was hidden, and is seen again
	p.waitFor("windows.locks.length === 2 && windows.locks[1].on")
	p.click("leave")
	p.waitFor("windows.locks.length === 2 && windows.locks.every(({ on }) => !on)")
	p.mustBehave()
}
