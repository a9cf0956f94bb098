//go:build page

package e2e

import (
	"strings"
	"testing"
)

// pick chooses the n-th of a list, as somebody would, and returns its id.
func (p *page) pick(list, n string) string {
	p.t.Helper()
	p.waitFor("document.getElementById('" + list + "').options.length > " + n + " && document.getElementById('" + list + "').checkVisibility()")
	return evaluate[string](p, `((list) => {
		list.value = list.options[`+n+`].value;
		list.dispatchEvent(new Event('change'));
		return list.value;
	})(document.getElementById('`+list+`'))`)
}

// usedDevice is the id of the device behind a track of our own.
func usedDevice(kind string) string {
	return "document.getElementById('local').srcObject?.getTracks().find((t) => t.kind === '" + kind + "')?.getSettings().deviceId"
}

// noteStreams notes what getUserMedia was asked for.
const noteStreams = `{
  const { mediaDevices } = navigator;
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
  window.asked = [];
  mediaDevices.getUserMedia = async (wish) => {
    window.asked.push(Object.keys(wish).filter((kind) => wish[kind]).join(' '));
    return getUserMedia(wish);
  };
}`

// sleepyAudio has the browser process no sound until somebody presses something, and
// notes what does.
const sleepyAudio = `{
  window.contexts = [];
  let awake = false;
  addEventListener('pointerdown', () => { awake = true; }, true);
  window.AudioContext = class extends AudioContext {
    constructor(...parts) {
      super(...parts);
      this.suspend();
      contexts.push(this);
    }
    async resume() { if (awake) await super.resume(); }
  };
}`

// TestPageDevices: before the call people see themselves and how loud they are, and
// choose camera, microphone and speaker; the browser remembers it.
func TestPageDevices(t *testing.T) {
	s := newScene(t, shared).in(world{cameras: 2})
	anna := s.openPage("anna", "room/devices", func(p *page) { p.before(sleepyAudio) })
	anna.waitFor("document.getElementById('preview').videoWidth > 0 && contexts.length > 0")
	anna.click("lobby-heading")
	anna.waitFor("document.getElementById('level').value > 0") // the fake one beeps
	camera := anna.pick("pick-camera", "1")
	anna.waitFor("document.getElementById('preview').srcObject?.getVideoTracks()[0]?.getSettings().deviceId === " + quote(camera))
	microphone, speaker := anna.pick("pick-microphone", "2"), anna.pick("pick-speaker", "1")
	anna.waitFor("document.getElementById('preview').srcObject?.getAudioTracks()[0]?.getSettings().deviceId === " + quote(microphone))
	anna.photographAs("devices")
	anna.mustBehave()

	anna.reload()
	anna.waitFor("document.getElementById('pick-camera').value === " + quote(camera) + " && document.getElementById('pick-microphone').value === " + quote(microphone))
	anna.click("join")
	anna.waitState("Waiting for the other person")
	anna.waitFor("contexts.every(({ state }) => state === 'closed')") // nobody sees the level
	anna.waitFor(usedDevice("video") + " === " + quote(camera) + " && " + usedDevice("audio") + " === " + quote(microphone))
	ben := s.openPage("ben", "room/devices")
	ben.click("join")
	anna.waitFor("document.getElementById('remote').sinkId === " + quote(speaker))
	ben.mustBehave()

	anna.click("more-open") // and another one in the call
	anna.click("devices-open")
	anna.photographAs("devices-in-call")
	camera, microphone = anna.pick("pick-camera", "0"), anna.pick("pick-microphone", "1")
	anna.waitFor(usedDevice("video") + " === " + quote(camera) + " && " + usedDevice("audio") + " === " + quote(microphone))
	ben.mustSeeMovingVideo()
	anna.click("dialog-close")
	anna.click("leave")
	anna.waitFor("document.querySelector('#lobby #devices')")

	evaluate[bool](anna, `localStorage.setItem('zerortc.camera', JSON.stringify({ id: 'gone', label: 'Camera of yesterday' })), true`)
	anna.openAt(s.server.page + "room/devices")
	anna.waitFor("document.getElementById('preview').videoWidth > 0") // another serves as well
	anna.mustRead("devices-word", "“Camera of yesterday” is not here at the moment.")
}

// TestPageCameraOff: a camera that is off is closed, and nothing of it is sent; the
// other one is told. That holds for who joined with it off, too.
func TestPageCameraOff(t *testing.T) {
	s := newScene(t, shared)
	anna := s.openPage("anna", "room/camera-off", unaskedCamera, func(p *page) { p.before(noteStreams) })
	ben := s.openPage("ben", "room/camera-off")
	anna.clickOn("#lobby [data-toggle=camera]")
	anna.click("join")
	anna.waitState("Waiting for the other person")
	ben.click("join")
	ben.waitState("You are in a call.")
	ben.mustRead("nobody-text", "The other person’s camera is off.")
	mustBeInACall(anna) // who sees ben
	if asked := evaluate[string](anna, "asked.at(-1)"); asked != "audio" {
		anna.fatalf("with the camera off it was asked for %s", asked)
	}

	toggle := func() { anna.clickOn("#controls [data-toggle=camera]") }
	toggle()
	mustBeInACall(ben) // over the line that was there from the beginning
	evaluate[bool](anna, "window.camera = document.getElementById('local').srcObject.getVideoTracks()[0], true")
	toggle()
	anna.waitFor("camera.readyState === 'ended' && session.call.pc.getSenders().every((s) => s.track?.kind !== 'video')")
	ben.waitFor("document.getElementById('remote').hidden && !document.getElementById('nobody').hidden")
	ben.mustRead("nobody-text", "The other person’s camera is off.")
	const sent = `session.call.pc.getStats().then((s) => [...s.values()].filter((r) => r.type === 'outbound-rtp' && r.kind === 'video').reduce((sum, r) => sum + r.framesSent, 0))`
	before := evaluate[int](anna, sent)
	ben.waitMedia("the sound to go on", func(m media) bool { return m.AudioPackets > 0 })
	if after := evaluate[int](anna, sent); after != before {
		anna.fatalf("with the camera off %d pictures were sent", after-before)
	}
	toggle()
	ben.waitFor("!document.getElementById('remote').hidden")
	mustBeInACall(ben)
	for _, p := range s.pages {
		p.mustBehave()
	}
}

// TestPageDeviceGoes: another one takes the place of a device that is unplugged; where
// there is none it is told, and the button brings it back once it is there again.
func TestPageDeviceGoes(t *testing.T) {
	anna, ben := newScene(t, shared).pageCall("room/device-goes")
	const unplug = `((track) => { track.stop(); track.dispatchEvent(new Event('ended')); window.old = track; return true; })(document.getElementById('local').srcObject.getVideoTracks()[0])`
	evaluate[bool](anna, unplug)
	anna.waitFor("document.getElementById('local').srcObject.getVideoTracks()[0]?.readyState === 'live' && document.getElementById('notice').hidden")
	anna.waitFor("document.getElementById('announce').textContent.includes('is used now')")
	mustBeInACall(ben)

	evaluate[bool](anna, `window.getUserMedia = navigator.mediaDevices.getUserMedia, window.enumerateDevices = navigator.mediaDevices.enumerateDevices, true`)
	stageFault(anna, "NotFoundError", "'audioinput'")
	evaluate[bool](anna, unplug)
	anna.waitNotice("lost-camera")
	evaluate[bool](anna, "navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
	anna.waitFor("document.querySelector('#controls [data-toggle=camera]').disabled")
	ben.mustRead("nobody-text", "The other person has no camera.")

	evaluate[bool](anna, `Object.assign(navigator.mediaDevices, { getUserMedia, enumerateDevices }), navigator.mediaDevices.dispatchEvent(new Event('devicechange'))`)
	anna.waitFor("document.getElementById('notice').hidden && !document.querySelector('#controls [data-toggle=camera]').disabled")
	anna.clickOn("#controls [data-toggle=camera]")
	anna.waitFor("document.querySelector('#controls [data-toggle=camera]').ariaPressed === 'false'")
	mustBeInACall(ben)
}

// TestPageQR: the link to a room can be had before the call and in it, as text and as
// a code, which says what the text does.
func TestPageQR(t *testing.T) {
	anna := newScene(t, shared).openPage("anna", "room/qr")
	anna.click("lobby-link")
	anna.waitFor("document.querySelector('#dialog .qr path + path')?.getAttribute('d').length > 500")
	anna.photographAs("qr")
	anna.click("qr-copy")
	anna.waitFor("document.querySelector('#qr-copy span').textContent === 'Link copied'")
	anna.click("dialog-close")
	anna.click("join")
	anna.click("invite-qr")
	if got := evaluate[string](anna, "document.querySelector('#dialog input').value"); !strings.HasSuffix(got, "/room/qr") {
		anna.fatalf("the link is %s", got)
	}
	anna.mustBehave()
}
