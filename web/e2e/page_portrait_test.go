//go:build page

package e2e

import (
	"fmt"
	"strconv"
	"testing"
)

// drawnCamera gives the page a camera that shows a drawn person in a room instead of
// the browser's test pattern: for the pictures in the README.
const drawnCamera = `navigator.mediaDevices.getUserMedia = async () => {
  const [width, height, look] = [%d, %d, %s];
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const c = canvas.getContext('2d');
  const blob = (colour, draw) => { c.fillStyle = colour; c.beginPath(); draw(); c.fill(); };
  let turn = 0;
  const paint = () => {
    const u = Math.min(width, height) / 100;
    const [x, y] = [width / 2, height * 0.58 + Math.sin(turn++ / 12) * u / 3];
    const wall = c.createLinearGradient(0, 0, width, height);
    wall.addColorStop(0, look.wall[0]);
    wall.addColorStop(1, look.wall[1]);
    c.fillStyle = wall;
    c.fillRect(0, 0, width, height);
    const frame = [width * look.window, height * 0.1, u * 34, u * 44];
    blob(look.frame, () => c.roundRect(...frame, u * 2));
    blob(look.sky, () => c.roundRect(frame[0] + u * 2, frame[1] + u * 2, u * 30, u * 40, u));
    blob(look.sun, () => c.arc(frame[0] + u * 22, frame[1] + u * 14, u * 6, 0, 7));
    for (let leaf = -3; leaf <= 3; leaf++) {
      blob(look.plant, () => c.ellipse(width * look.pot + leaf * u * 3, height - u * (34 - Math.abs(leaf) * 3), u * 3, u * 12, leaf * 0.3, 0, 7));
    }
    blob(look.vase, () => c.roundRect(width * look.pot - u * 8, height - u * 24, u * 16, u * 30, u * 3));
    blob(look.hair, () => c.ellipse(x, y - u * 16, u * 21, u * look.long, 0, 0, 7));
    blob(look.shirt, () => c.roundRect(x - u * 34, y + u * 18, u * 68, height, u * 26));
    blob(look.shade, () => c.roundRect(x - u * 7, y, u * 14, u * 26, u * 7));
    blob(look.skin, () => c.ellipse(x, y - u * 10, u * 16, u * 20, 0, 0, 7));
    blob(look.hair, () => c.ellipse(x, y - u * 27, u * 17, u * 9, 0, 3.1, 6.4));
    for (const side of [-1, 1]) blob('#2a2220', () => c.arc(x + side * u * 6, y - u * 11, u * 1.3, 0, 7));
    c.strokeStyle = '#7c3b33';
    c.lineWidth = u * 1.2;
    c.lineCap = 'round';
    c.beginPath();
    c.arc(x, y - u * 5, u * 6, 0.5, 2.64);
    c.stroke();
  };
  paint();
  setInterval(paint, 50);
  const [picture] = canvas.captureStream(20).getVideoTracks();
  picture.contentHint = 'detail'; // sharp at once rather than smooth
  const [silence] = new AudioContext().createMediaStreamDestination().stream.getAudioTracks();
  return new MediaStream([picture, silence]);
};`

const (
	lookOfAnna = `{ wall: ['#f3e3d0', '#e3c7a8'], frame: '#fff7ec', sky: '#a9d3e6', sun: '#fff3c4', window: 0.06, plant: '#5d8a66', vase: '#c9735a',
		pot: 0.87, hair: '#5b3424', long: 30, shirt: '#2f6f7e', shade: '#d99a7c', skin: '#eeb697' }`
	lookOfBen = `{ wall: ['#cfe0dd', '#9fbdb9'], frame: '#f4faf9', sky: '#f7d9a8', sun: '#fff1cf', window: 0.72, plant: '#3f7559', vase: '#e8e2d8',
		pot: 0.13, hair: '#22201f', long: 22, shirt: '#d98a3d', shade: '#a9714f', skin: '#c68a64' }`
)

func drawn(look string, width, height int) setting {
	return func(p *page) {
		p.t.Helper()
		p.before(fmt.Sprintf(drawnCamera, width, height, look))
	}
}

// TestPagePortraits makes the pictures of the README. They are in pictures/ for the
// README, and come fresh into artifacts/: whoever changes the look of the page copies
// them over.
func TestPagePortraits(t *testing.T) {
	for _, c := range []struct {
		name          string
		screen        setting
		width, height int
	}{
		{"call-desktop", func(p *page) { p.resize(1120, 700) }, 1280, 720},
		{"call-phone", phone, 480, 854},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, shared)
			anna := s.openPage("anna", "room/calm-maple-otter-482", c.screen, drawn(lookOfAnna, c.width, c.height))
			anna.click("join")
			anna.waitState("Waiting for the other person")
			ben := s.openPage("ben", "room/calm-maple-otter-482", drawn(lookOfBen, c.width, c.height))
			ben.click("join")
			anna.waitState("You are in a call.")
			anna.waitFor("document.getElementById('remote').videoWidth === " + strconv.Itoa(c.width))
			anna.waitMedia("a sharp picture", func(m media) bool { return m.FramesShown > 30 })
			anna.must(anna.save(c.name, false))
		})
	}
}
