//go:build page

package e2e

import (
	"net/url"
	"strings"
	"testing"
)

// hostileNames are names of rooms and people that want to be more than text.
var hostileNames = []string{
	`<img src=x onerror=alert(1)>`,
	`<script>alert(1)</script>`,
	`"><svg onload=alert(1)>`,
	`'-alert(1)-'`,
	`javascript:alert(1)`,
	`</title><script>alert(1)</script>`,
	`<iframe srcdoc="<script>parent.alert(1)</script>">`,
	`{room} {origin} $& $1 ${alert(1)}`,
	`{{constructor.constructor('alert(1)')()}}`,
	`__proto__`,
	`constructor`,
	`data-i18n="join"`,
	`../../api/ice?x=#y`,
	"\u202eRTL\u202c \u200b",
	`房间 🦦 é`,
	strings.Repeat("W", 510),
}

// attack joins a room over a bare socket, under a name, and tells whoever is there
// what no page would. It returns once the server has passed that on.
const attack = `new Promise((done) => {
  const [roomId, uid] = [ROOM, NAME];
  const socket = window.attacker = new WebSocket('ws://' + location.host + '/ws');
  const send = (frame) => socket.send(JSON.stringify({ roomId, uid, ...frame }));
  socket.onopen = () => send({ cmd: 'join' });
  socket.onmessage = ({ data }) => {
    const { cmd, remoteUid, uid: from } = JSON.parse(data);
    if (cmd === 'offer') {
      for (const msg of ['{', '[]', 'null', '7', NAME, { toString: 1 }, '{"__proto__":{"sdp":1}}',
        JSON.stringify({ label: NAME, id: NAME, candidate: NAME })]) {
        send({ cmd: 'candidate', remoteUid: from, msg });
        send({ cmd: 'answer', remoteUid: from, msg: JSON.stringify({ type: NAME, sdp: NAME }) });
        send({ cmd: NAME, remoteUid: from, msg });
      }
      done(true);
    }
  };
})`

// TestPageHostileNames: whatever rooms and people are called, and whatever they say,
// the page shows it as text, keeps its policy and opens no dialog.
func TestPageHostileNames(t *testing.T) {
	s := newScene(t, shared)
	anna := s.openPage("anna", "", func(p *page) {
		p.before("navigator.mediaDevices.getUserMedia = async () => new MediaStream()") // sixteen cameras take their time
	})
	mallory := s.openPage("mallory", "")
	for i, name := range hostileNames {
		anna.goTo(s.server.page + "room/" + url.PathEscape(name))
		anna.waitFor("document.getElementById('room')?.value === " + quote(name))
		anna.click("join")
		anna.waitState("Waiting for the other person")
		if got := evaluate[string](mallory, strings.NewReplacer("ROOM", quote(name), "NAME", quote(name)).Replace(attack)+
			".then(() => 'told')"); got != "told" {
			t.Fatal(got)
		}
		anna.waitNotice("failed")
		anna.mustRead("room-name", name)
		anna.waitFor("decodeURIComponent(document.getElementById('link').value).endsWith('/room/' + " + quote(name) + ")")
		if i == 0 {
			anna.photograph()
		}
		mustHoldNoMarkup(anna)
		evaluate[bool](mallory, "attacker.close(), true")
		anna.click("leave")
	}
	if offences := evaluate[[]string](anna, "offences"); len(offences) > 0 {
		anna.fatalf("%q", offences)
	}
}

// TestPageHostileFullRoom: the one message that names the room, and the reason a
// server gives, are text too.
func TestPageHostileFullRoom(t *testing.T) {
	name := hostileNames[0]
	s := newScene(t, shared)
	mallory := s.openPage("mallory", "")
	evaluate[bool](mallory, "("+fillRoom+")("+quote(name)+")")
	anna := s.openPage("anna", "room/"+url.PathEscape(name))
	anna.click("join")
	anna.waitNotice("room-full")
	anna.mustRead("notice-text", "Every seat in the room “"+name+"” is taken.")
	mustHoldNoMarkup(anna)

	ben := s.openPage("ben", "room/closed")
	ben.click("join")
	ben.waitState("Waiting for the other person")
	evaluate[bool](ben, "sockets.at(-1).onclose(new CloseEvent('close', { code: 1008, reason: "+quote(name)+" })), true")
	ben.waitNotice("refused")
	ben.mustRead("notice-text", "It gave this reason: "+name)
	mustHoldNoMarkup(ben)
}

// mustHoldNoMarkup fails if the document has an element that is not ours.
func mustHoldNoMarkup(p *page) {
	p.t.Helper()
	foreign := evaluate[int](p, "document.querySelectorAll('img, iframe, object, embed, script:not([src=\"/page/page.js\"]), [onload], [onerror]').length")
	if foreign > 0 {
		p.fatalf("%d foreign elements", foreign)
	}
	if offences := evaluate[[]string](p, "offences"); len(offences) > 0 {
		p.fatalf("%q", offences)
	}
}
