//go:build page

package e2e

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// seatOthers shows so many people on the stage: drawn ones, and one without a camera.
const seatOthers = `import('/page/tiles.js').then(({ Tiles }) => {
  const drawn = (n) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 });
    const c = canvas.getContext('2d');
    const paint = () => {
      c.fillStyle = 'hsl(' + n * 47 + ' 45% 45%)';
      c.fillRect(0, 0, 320, 240);
      c.fillStyle = '#fff';
      c.font = '96px sans-serif';
      c.fillText(n, 120, 150);
    };
    paint();
    setInterval(paint, 200);
    return canvas.captureStream(5);
  };
  const tiles = window.grid ??= new Tiles(() => {});
  const words = [null, 'tile-away', 'tile-interrupted'];
  document.getElementById('invite').hidden = true;
  tiles.show(new Map(Array.from({ length: OTHERS }, (_, i) => ['p' + i, i === 1 && OTHERS > 1
    ? { stream: new MediaStream(), word: 'tile-no-camera' } : { stream: drawn(i), word: words[i % 7] ?? null }])));
  return true;
})`

// misplaced tells which tile is not whole on the stage, or lies over another.
const misplaced = `(() => {
  const stage = document.getElementById('stage').getBoundingClientRect();
  const boxes = [...document.querySelectorAll('.tile:not([hidden]), #self')].map((e) => [e.id || 'another', e.getBoundingClientRect()]);
  const faults = [];
  boxes.forEach(([name, b], i) => {
    if (b.left < stage.left - 1 || b.right > stage.right + 1 || b.top < stage.top - 1 || b.bottom > stage.bottom + 1) faults.push(name + ' is cut');
    if (b.width < 60 || b.height < 60) faults.push(name + ' is too small');
    for (const [other, o] of boxes.slice(i + 1)) {
      if (b.left < o.right - 1 && o.left < b.right - 1 && b.top < o.bottom - 1 && o.top < b.bottom - 1) faults.push(name + ' over ' + other);
    }
  });
  return faults;
})()`

// TestPageGrid: up to sixteen people have their place on each screen.
func TestPageGrid(t *testing.T) {
	s := newScene(t, shared)
	for _, screen := range []struct {
		name string
		size setting
	}{{"desktop", desktop}, {"phone", phone}, {"phone-sideways", func(p *page) {
		p.t.Helper()
		p.must(p.tab.resize(844, 390, true))
	}}} {
		p := s.openPage("anna", "room/grid-"+screen.name, screen.size)
		p.click("join")
		p.waitFor("document.body.dataset.state === 'waiting' && document.getElementById('local').videoWidth > 0")
		for people := 3; people <= 16; people++ {
			evaluate[bool](p, strings.ReplaceAll(seatOthers, "OTHERS", strconv.Itoa(people-1)))
			p.waitFor(fmt.Sprintf("document.getElementById('tiles').dataset.people === '%d'", people))
			if faults := evaluate[[]string](p, misplaced); len(faults) > 0 {
				t.Errorf("%s, %d people: %q", screen.name, people, faults)
			}
			if people == 3 || people == 6 || people == 16 {
				p.waitFor("[...document.querySelectorAll('.tile:not([hidden]) video:not([hidden])')].every((v) => v.videoWidth > 0)")
				p.photographAs(fmt.Sprintf("%s-%d", screen.name, people))
			}
		}
		evaluate[bool](p, strings.ReplaceAll(seatOthers, "OTHERS", "1")) // and back to two
		p.waitFor("document.querySelectorAll('.tile').length === 1 && document.getElementById('self').offsetWidth < document.getElementById('tile').offsetWidth / 2")
	}
}
