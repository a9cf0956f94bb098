//go:build page

package e2e

import (
	"encoding/json"
	"testing"
)

// TestPageParts plays the decisions of the page's modules, which have no document in
// them, inside a browser: each expression must give this JSON.
func TestPageParts(t *testing.T) {
	p := newScene(t, shared).openPage("anna", "")
	for _, c := range []struct{ module, expression, want string }{
		{"room", "m.tidy('  Cafe\\u0301 ')", `"Café"`},
		{"room", "m.faultOf('x')", `null`},
		{"room", "m.faultOf('')", `"room-missing"`},
		{"room", "['.', '..', '\\ud800', 'a\\u0007'].map(m.faultOf)", `["room-unusable","room-unusable","room-unusable","room-unusable"]`},
		{"room", "['...', '/', '房'.repeat(170), 'a'.repeat(510), '\"'.repeat(255)].map(m.faultOf)", `[null,null,null,null,null]`},
		{"room", "['房'.repeat(171), 'a'.repeat(511), '\"'.repeat(256)].map(m.faultOf)", `["room-too-long","room-too-long","room-too-long"]`},
		{"room", "m.pathOf('a/b?c#d%')", `"/room/a%2Fb%3Fc%23d%25"`},
		{"room", "m.nameIn(m.pathOf('a/b?c#d% 房'))", `"a/b?c#d% 房"`},
		{"room", "['/', '/room/', '/room/%', '/room/%ff', '/room/a/b', '/rooms/a'].map(m.nameIn)", `["","","","","",""]`},

		{"names", "m.friendlyName(new Uint32Array([0, 1, 2, 3]))", `"amber-apple-bison-103"`},
		{"names", "m.friendlyName(new Uint32Array([63, 63, 63, 899]))", `"young-wood-wren-999"`},
		{"names", "m.friendlyName(new Uint32Array([64, 64, 64, 900]))", `"amber-acorn-badger-100"`},
		{"names", "/^[a-z]+-[a-z]+-[a-z]+-\\d{3}$/.test(m.friendlyName())", `true`},

		{"socket", "[0, 1, 2, 3, 4, 5, 99].map((n) => m.retryDelay(n, 0))", `[1000,2000,4000,8000,16000,30000,30000]`},
		{"socket", "[0, 99].map((n) => m.retryDelay(n, 1))", `[1500,45000]`},

		// 160 at once, then 40 a second, each as it came, but for what needs no more be said.
		{"outbox", outboxOf(`for (let i = 0; i < 400; i++) add(i); add('a', 'x'); add('b'); outbox.forget('x'); [0, 1000, 4999, 5000, 9000].forEach(run)`), `[160,200,359,360,401]`},
		{"outbox", outboxOf(`for (let i = 0; i < 400; i++) add(i); run(0); outbox.begin(); run(9000); add('last'); run(9000)`), `[160,160,161]`},
		{"outbox", outboxOf(`outbox.measure({ framesBurst: 10, framesPerSecond: 5 }); for (let i = 0; i < 9; i++) outbox.addFirst(i); add(1); run(0); run(250)`), `[9,10]`},
		{"outbox", outboxOf(`outbox.measure({ framesBurst: 0, framesPerSecond: 0 }); for (let i = 0; i < 9999; i++) outbox.add(i); run(0)`), `[9999]`},
		{"outbox", outboxOf(`said.full = 0; for (let i = 0; i < 2000; i++) said.full += !outbox.add({ remoteUid: 1 }); outbox.add({}); run(99_999); said.push(said.full)`), `[1185,816]`},

		{"speech", "m.pickLanguage(['fr', null, 'zh-TW', 'en'])", `"zh-CN"`},
		{"speech", "m.pickLanguage(['ENG', 'EN-gb', 'zh'])", `"en"`},
		{"speech", "m.pickLanguage(['__proto__', 'fr'])", `"en"`},

		{"state", "m.stateOf({ server: 'connecting' })", `"connecting"`},
		{"state", "m.stateOf({ server: 'gone', link: { state: 'interrupted' } })", `"server-gone"`},
		{"state", "m.stateOf({ server: 'gone', running: {}, link: {} })", `"in-call-without-server"`},
		{"state", "m.stateOf({ server: 'open' })", `"waiting"`},
		{"state", "m.stateOf({ server: 'open', left: true })", `"other-left"`},
		{"state", "m.stateOf({ server: 'open', running: {} })", `"in-call"`},
		{"state", "m.stateOf({ server: 'open', running: {}, absent: true })", `"in-call-other-away"`},
		{"state", "[{ running: { remote: new MediaStream() } }, { running: {}, absent: true }].map(m.wordOf)", `["tile-no-camera","tile-away"]`},
		{"state", "['connecting', 'interrupted', 'failed'].map((state) => m.wordOf({ link: { state } }))",
			`["tile-connecting","tile-interrupted","tile-failed"]`},
		{"invite", "m.readInvite('x.' + btoa(JSON.stringify({ uid: 'anna', exp: 1 })) + '.y')", `{"uid":"anna","ended":true}`},
		{"invite", "m.readInvite('x.eyJ1aWQiOiLmiL8_Pz8iLCJleHAiOjQxMDAwMDAwMDB9.y')", `{"uid":"房???","ended":false}`},
		{"invite", "[null, '', 'x', 'x.y', 'x.e30.y', 'x.W10.y', 'x.bnVsbA.y'].map((t) => m.readInvite(t).uid)", `[null,null,null,null,null,null,null]`},
		{"ice", "m.chosen([{ urls: 'stun:x' }, { urls: ['turn:y?transport=udp', 'turn:y?transport=tcp'] }], 'all', { policy: 'relay', transport: 'tcp' })",
			`{"iceServers":[{"urls":["turn:y?transport=tcp"]}],"iceTransportPolicy":"relay","bundlePolicy":"max-bundle"}`},
		{"ice", "m.chosen([{ urls: 'stun:x', username: 'u' }], 'all', {})", `{"iceServers":[{"urls":["stun:x"],"username":"u"}],"iceTransportPolicy":"all","bundlePolicy":"max-bundle"}`},

		{"state", "['connecting', 'interrupted', 'failed'].map((state) => m.stateOf({ server: 'open', link: { state } }))",
			`["calling","interrupted","failed"]`},
	} {
		got := evaluate[string](p, "import('/page/"+c.module+".js').then((m) => JSON.stringify("+c.expression+"))")
		if got != c.want || !json.Valid([]byte(got)) {
			t.Errorf("%s: %s is %s, want %s", c.module, c.expression, got, c.want)
		}
	}
}

// outboxOf plays steps over an outbox and a clock that only run moves, and gives how many
// frames were written after each.
func outboxOf(steps string) string {
	return `((said) => {
		let now = 0, written = 0, due = [];
		const outbox = new m.Outbox(() => written++, { now: () => now, after: (ms, what) => due.push({ at: now + ms, what }) });
		const add = (cmd, remoteUid) => { outbox.add({ cmd, remoteUid }); };
		const run = (until) => {
			while (due.some(({ at }) => at <= until)) {
				const next = due.shift();
				now = next.at;
				next.what();
			}
			now = until;
			said.push(written);
		};
		` + steps + `
		return said;
	})([])`
}

// TestPageNameLimitIsTheServers: a name the page takes is one the server takes.
func TestPageNameLimitIsTheServers(t *testing.T) {
	p := newScene(t, shared).openPage("anna", "")
	const meet = `(name) => new Promise((done) => {
		for (const uid of ['a', 'b']) {
			const socket = new WebSocket('ws://' + location.host + '/ws');
			socket.onopen = () => socket.send(JSON.stringify({ cmd: 'join', roomId: name, uid }));
			socket.onmessage = () => done(true);
			socket.onerror = () => done(false);
		}
	})`
	for _, longest := range []string{"'a'.repeat(510)", "'房'.repeat(170)", "'\"'.repeat(255)"} {
		if !evaluate[bool](p, "("+meet+")("+longest+")") {
			t.Errorf("%s: the server refuses it", longest)
		}
	}
}
