package e2e

import (
	"strconv"
	"strings"
	"testing"
)

// playServer lets a script be the server of the page's side of the protocol, s, and
// returns what came out: frames as "> cmd …", news as their names.
const playServer = `import('/page/signaling.js').then(({ Signaling }) => {
  const out = [];
  const news = new Proxy({}, { get: (_, name) => (...told) => {
    if (name === 'iceSoon' && !ICE || told[0]?.cmd === 'ice' && !ICE) return;
    if (name === 'others' && !told[0].length) return;
    if (name !== 'send') return void out.push([name, ...told.map((t) => JSON.stringify(t))].join(' '));
    const { cmd, roomId, uid, ...more } = told[0];
    out.push(['>', cmd, ...Object.entries(more).map(([k, v]) => k + '=' + v)].join(' '));
    return true;
  } });
  const s = new Signaling({ room: 'blue', uid: 'me', invite: null, pin: null }, news);
  const v2 = (n, more) => { s.opened('zerortc.v2'); s.received({ cmd: 'welcome', session: 's' + n, resume: 'r' + n, iceServers: [], ...more }); };
  const seat = () => s.received({ cmd: 'joined', roomId: 'blue', capacity: 3, members: [] });
  const refuse = (ref, code) => s.received({ cmd: 'error', ref, code, message: '' });
  if (!EARLY) s.enter();
  STEPS;
  return out.join('\n');
})`

func TestPageSignaling(t *testing.T) {
	p := newScene(t, shared).openPage("anna", "")
	for _, c := range []struct{ name, steps, want string }{
		{"classic", `s.opened(''); s.received({ cmd: 'resp-join', remoteUid: 7 }); s.tell(7, 'answer', {}); s.lost(); s.tell(7, 'answer', {}); s.opened('')`,
			`> join|seated false|met 7|> answer remoteUid=7 msg={}|> join|seated false`},
		{"classic, full", `s.opened(''); s.received({ cmd: 'room-full', roomId: 'blue' })`,
			`> join|seated false|refused "room-full"`},
		{"classic, again", `s.opened(''); s.again()`, `> join|seated false|> leave|> join|seated false`},
		{"a call", `v2(1); seat(); s.received({ cmd: 'new-peer', remoteUid: 'a' }); s.tell('a', 'offer', {}); s.received({ cmd: 'answer', uid: 'a' }); s.received({ cmd: 'peer-leave', remoteUid: 'a' })`,
			`> join|seated false|came "a"|> offer remoteUid=a msg={}|told "a" {"cmd":"answer","uid":"a"}|left "a"`},
		{"away and back", `v2(1); seat(); s.received({ cmd: 'peer-away', remoteUid: 'a' }); s.received({ cmd: 'peer-back', remoteUid: 'a' })`,
			`> join|seated false|away "a" true|away "a" false`},
		{"credentials", `v2(1, { iceServers: [{ urls: 'stun:x' }], ttl: 9 }); s.received({ cmd: 'ice', iceServers: [{ urls: 'stun:y' }], ttl: 8 }); s.received({ cmd: 'ice', iceServers: 'nonsense' })`,
			`ice [{"urls":"stun:x"}] 9|> join|ice [{"urls":"stun:y"}] 8`},
		{"ICE for us", `v2(1); refuse('ice', 'unavailable')`, `> join|iceSoon true|> ice|iceSoon false`},
		{"ICE that the join earns", `v2(1, { invites: true })`, `> join|iceSoon true`},
		{"heartbeat and closing", `v2(1, { heartbeatSeconds: 15 }); s.received({ cmd: 'closing', reconnectSeconds: 4 })`,
			`heartbeat 15|> join|closing 4`},

		{"what the server takes", `v2(1, { limits: { frameBytes: 99, framesPerSecond: 5 } }); seat(); out.push(s.tell('a', 'offer', 'x'.repeat(30)), s.tell('a', 'offer', '房'.repeat(12)), s.tell('a', 'offer', '房'))`,
			`limits {"frameBytes":99,"framesPerSecond":5}|> join|seated false|> offer remoteUid=a msg="房"|false|false|true`},
		{"what a server takes that does not say", `s.opened(''); out.push(s.tell('a', 'offer', 'x'.repeat(65_500)))`, `> join|seated false|false`},

		{"who is there", `v2(1); s.received({ cmd: 'joined', roomId: 'blue', capacity: 3, members: ['a', 7] })`, `> join|others ["a",7]|seated false`},
		{"a server that does not say who is there", `v2(1); s.received({ cmd: 'joined', roomId: 'blue', capacity: 3 })`, `> join|seated false`},

		// The connection may stand before there is anything to join with.
		{"early", `v2(1, { heartbeatSeconds: 15 }); s.enter(); seat()`, `heartbeat 15|> join|seated false`},
		{"early, lost meanwhile", `v2(1); s.lost(); s.enter(); v2(2)`, `> join`},
		{"early, classic", `s.opened(''); s.enter(); s.lost(); s.opened('')`, `> join|seated false|> join|seated false`},
		{"early, never entered", `v2(1); s.lost(); v2(2); s.lost(); s.opened('')`, ``},

		// Frames are counted from the welcome on, whatever they are.
		{"resumed", `v2(1); seat(); s.received({ cmd: 'pong' }); s.lost(); v2(2); s.received({ cmd: 'resumed', missed: 0 }); s.tell('a', 'offer', {})`,
			`> join|seated false|> resume session=s1 resume=r1 received=2|seated true|> offer remoteUid=a msg={}`},
		{"what was to be said meanwhile", `v2(1); seat(); s.lost(); s.tell('a', 'candidate', { n: 1 }); v2(2); s.tell('a', 'candidate', { n: 2 }); s.received({ cmd: 'resumed' })`,
			`> join|seated false|> resume session=s1 resume=r1 received=1|> candidate remoteUid=a msg={"n":1}|> candidate remoteUid=a msg={"n":2}|seated true`},
		{"resumed twice", `v2(1); seat(); s.lost(); v2(2); s.received({ cmd: 'resumed' }); s.received({ cmd: 'pong' }); s.lost(); v2(3)`,
			`> join|seated false|> resume session=s1 resume=r1 received=1|seated true|> resume session=s2 resume=r2 received=2`},
		{"broken while resuming", `v2(1); seat(); s.lost(); v2(2); s.lost(); v2(3); refuse('resume', 'resume-expired'); s.received({ cmd: 'resumed' })`,
			`> join|seated false|> resume session=s1 resume=r1 received=1|> resume session=s2 resume=r2 received=0|> resume session=s1 resume=r1 received=1|seated true`},
		{"expired", `v2(1); seat(); s.lost(); s.tell('a', 'offer', {}); v2(2); refuse('resume', 'resume-expired'); seat()`,
			`> join|seated false|> resume session=s1 resume=r1 received=1|> join|seated false`},
		{"broken before there was a seat", `v2(1); s.lost(); v2(2)`, `> join|> join`},
		{"to a server that is classic now", `v2(1); seat(); s.lost(); s.opened('')`, `> join|seated false|> join|seated false`},
		{"again", `v2(1); seat(); s.again({ pin: '1234' }); seat()`, `> join|seated false|> leave|> join pin=1234|seated false`},
		{"again while away", `v2(1); seat(); s.lost(); s.again(); v2(2)`, `> join|seated false|> join`},
		{"left", `v2(1); seat(); s.leave()`, `> join|seated false|> leave`},

		{"refused", `v2(1); refuse('join', 'not-allowed')`, `> join|refused "not-allowed"`},
		{"a late candidate", `v2(1); seat(); refuse('candidate', 'unknown-peer'); refuse('join', 'already-joined'); refuse(undefined, 'bad-json')`,
			`> join|seated false`},
		{"nonsense", `v2(1); seat(); s.received({ cmd: 'new-peer', remoteUid: {} }); s.received({ cmd: 'offer' }); s.received({ cmd: '__proto__', remoteUid: 'a' })`,
			`> join|seated false`},
	} {
		ice := strconv.FormatBool(strings.HasPrefix(c.name, "ICE")) // of no interest elsewhere
		early := strconv.FormatBool(strings.HasPrefix(c.name, "early"))
		got := strings.ReplaceAll(evaluate[string](p, strings.NewReplacer("STEPS", c.steps, "ICE", ice, "EARLY", early).Replace(playServer)), "\n", "|")
		if got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
	for entry, want := range map[string]string{
		`'room-full', {}`: "room-full", `'too-many-joins', {}`: "unavailable", `'bad-name', {}`: "refused", `'__proto__', {}`: "refused",
		`'not-allowed', { invites: true, pins: true, invite: null }`:              "uninvited",
		`'not-allowed', { invites: true, pins: false, invite: 'x' }`:              "uninvited",
		`'not-allowed', { invites: true, pins: true, invite: 'x' }`:               "pin",
		`'not-allowed', { invites: true, pins: true, invite: 'x', ended: true }`:  "invite-ended",
		`'not-allowed', { invites: false, pins: true, invite: null }`:             "pin",
		`'not-allowed', { invites: false, pins: true, invite: 'x', ended: true }`: "pin",
	} {
		if got := evaluate[string](p, "import('/page/refusal.js').then((m) => m.answerTo("+entry+"))"); got != want {
			t.Errorf("%s: %s, want %s", entry, got, want)
		}
	}
}
