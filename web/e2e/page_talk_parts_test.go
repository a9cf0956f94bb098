//go:build page

package e2e

import "testing"

// fakes stand in for the other people and for the list, so that what is said to whom can
// be looked at.
const fakes = `
  const channel = () => ({ open: true, told: {}, said: [], say(m) { this.said.push(m); return true; } });
  const here = new Map([['a', { running: true, channel: channel() }], ['b', { running: true, channel: channel() }]]);
  const { People } = await import('/page/people.js');
  const people = new People(() => {});
  people.look(here);
  const history = { entries: [], add(entry) { this.entries.push(entry); } };
  const saidTo = (uid) => here.get(uid).channel.said.map((m) => m.type + ' ' + (m.text ?? ''));
`

// TestPageTalkParts plays the decisions behind chat and files, which have no document in
// them, inside a browser: each expression must give this JSON.
func TestPageTalkParts(t *testing.T) {
	p := newScene(t, shared).openPage("anna", "")
	for _, c := range []struct{ module, expression, want string }{
		{"filename", `['a.txt', ' a  b.txt ', 'Cafe\u0301', '../../etc/passwd', 'C:\\x.exe', 'a\u0000\n\u202egpj.exe', '\ud800'].map(m.nameOf)`,
			`["a.txt","a b.txt","Café","_.._etc_passwd","C__x.exe","a_ _gpj.exe","_"]`},
		{"filename", `['', '..', '. .', '.bashrc', 'x. .', 7, null, {}].map(m.nameOf)`, `["file","file","file","bashrc","x","file","file","file"]`},
		{"filename", `['con', 'NUL.txt', 'com1.tar.gz', 'console', 'icon'].map(m.nameOf)`, `["_con","_NUL.txt","_com1.tar.gz","console","icon"]`},
		{"filename", `['CON .txt', 'com¹', 'LPT³.txt', 'CONIN$', 'conout$.log', 'con a', 'com10', 'conin'].map(m.nameOf)`,
			`["_CON .txt","_com¹","_LPT³.txt","_CONIN$","_conout$.log","con a","com10","conin"]`},
		{"filename", `['a'.repeat(300) + '.pdf', '房'.repeat(90) + '.pdf', '👋'.repeat(90), 'a.' + 'b'.repeat(300)].map(m.nameOf).map((n) => [new TextEncoder().encode(n).length, n.slice(-5), n.isWellFormed?.() ?? true])`,
			`[[200,"….pdf",true],[199,"….pdf",true],[199,"👋👋…",true],[200,"bbbb…",true]]`},
		{"filename", `[0, 999, 1000, 9949, 9950, 999499, 999500, 4.2e6, 1e9, 5e12].map(m.sizeOf)`,
			`["0 B","999 B","1.0 kB","9.9 kB","10 kB","999 kB","1.0 MB","4.2 MB","1.0 GB","5000 GB"]`},

		{"chattext", `[' a ', 'a\r\nb\tc', 'a\u0000\u001b[2Jb', 'a\u202eb\u2066c', '\ud800x', '👩‍👩‍👧', ' \n '].map(m.textOf)`,
			`["a","a\nb\tc","a[2Jb","abc","x","👩‍👩‍👧",null]`},
		{"chattext", `[null, 7, {}, 'x'.repeat(4001), 'x'.repeat(1e6)].map(m.textOf)`, `[null,null,null,null,null]`},
		{"chattext", `m.textOf('x'.repeat(4000)).length`, `4000`},
		{"chattext", `['', ' \n', '\u202e', 'x', 'x'.repeat(4000) + '\n', 'x'.repeat(4001)].map(m.faultOf)`, `["empty","empty","empty",null,null,"too-long"]`},
		{"chattext", `m.partsOf('see https://a.example/b?c=d#e, and (http://b.example/x_(y)).')`,
			`[{"text":"see "},{"text":"https://a.example/b?c=d#e","href":"https://a.example/b?c=d#e"},{"text":", and ("},{"text":"http://b.example/x_(y)","href":"http://b.example/x_(y)"},{"text":")."}]`},
		{"chattext", `m.partsOf('请看https://a.example/房。然后').map((p) => p.href ?? p.text)`, `["请看","https://a.example/%E6%88%BF","。然后"]`},
		{"chattext", `['javascript:alert(1)', 'data:text/html,x', 'ftp://a.example', 'https://', 'https://a.example@b.example/', 'https://%', 'a.example'].map((t) => m.partsOf(t).some((p) => p.href))`,
			`[false,false,false,false,false,false,false]`},
		{"chattext", `['x_(y))).', 'a!?', '[b]]', '.'.repeat(1900) + ')'.repeat(1900)].map((t) => m.partsOf('https://h/' + t)[0].text)`,
			`["https://h/x_(y)","https://h/a","https://h/[b]","https://h/"]`},
		{"chattext", `m.partsOf('')`, `[]`},

		{"messages", `['{"type":"chat","id":"a","text":" x "}', '{"type":"chat","id":"a b","text":"x"}', '{"type":"chat","text":"x"}', '{"type":"chat-got","id":"a","x":1}'].map(m.readMessage)`,
			`[{"type":"chat","id":"a","text":"x"},null,null,{"type":"chat-got","id":"a"}]`},
		{"messages", `[0, 4000000000, 4000000001, -1, 1.5, '1', null].map((size) => m.readMessage(JSON.stringify({ type: 'file', id: 'a', name: '', size }))?.size ?? null)`,
			`[0,4000000000,null,null,null,null,null]`},
		{"messages", `['declined', 'constructor', 7].map((reason) => m.readMessage(JSON.stringify({ type: 'file-stop', id: 'a', reason })).reason)`,
			`["declined","broken","broken"]`},
		{"messages", `['', '{', 'null', '[]', '7', '{}', '{"type":"later","id":"a"}', null, new ArrayBuffer(2), ' '.repeat(70000) + '{}'].map(m.readMessage)`,
			`[null,null,null,null,null,null,null,null,null,null]`},
		{"messages", `m.readMessage(JSON.stringify({ type: 'chat-got', id: m.newId() }))?.type`, `"chat-got"`},

		{"people", `[[undefined, 0], [{ running: true, channel: { open: true } }, 0], [{ running: true, channel: null }, 100], [{ running: true, channel: { told: null } }, 5000], [{ running: null, channel: null }, 9000], [{ running: true, channel: { told: {} } }, 9000]].map((c) => m.standingOf(...c))`,
			`["gone","open","late","deaf","late","late"]`},
		{"pace", `((pace) => [0, 0, 0, 400, 600, 600, 9000, 9000, 9000].map((now) => pace.take(now)))(new m.Pace(2, 2))`,
			`[true,true,false,false,true,false,true,true,false]`},
		{"pace", `((paces) => [...'aaabbcdefgh'].map((who) => Number(paces.take(who, 0))).join(''))(new m.Paces(2, 1))`, `"11011000000"`},
		{"pace", `((paces) => [...'aa'].map((who) => paces.keep((other) => other !== 'a') ?? paces.take(who, 0)))(new m.Paces(1, 1))`, `[true,true]`},
		{"chat", `await (async () => {` + fakes + `
			const chat = new m.Chat({ people, history, changed() {} });
			for (let i = 0; i < 1200; i++) chat.heard('name ' + i % 20, { type: 'chat', id: 'x' + i, text: 'x' });
			return history.entries.length < 400;
		})()`, `true`},
		{"history", `((log, h) => { h.add({ n: 1, busy: true }); h.add({ n: 2 }); h.add({ n: 3 }); h.clear(); return log; })(...((log) => [log, new m.History(2, { added: (e) => log.push('+' + e.n), dropped: (e) => log.push('-' + e.n) })])([]))`,
			`["+1","+2","+3","-2","-1","-3"]`},
		{"history", `((h) => { for (const from of [null, 'a', 'm', 'm', 'a', 'm', 'm']) h.add({ from }); return h.entries.map((e) => e.from); })(new m.History(5, { added() {}, dropped() {} }))`,
			`[null,"a","a","m","m"]`},
		{"history", `((h) => { [...'abcdef'].forEach((from) => h.add({ from })); return h.entries.map((e) => e.from).join(''); })(new m.History(5, { added() {}, dropped() {} }))`,
			`"bcdef"`},

		{"arrival", `[[0, 1024], [0, 1025], [1, 1100], [1024, 4000]].map(([bytes, pieces]) => {
			let fault = null;
			const channel = { close() {} };
			const store = { async write() {}, async finish() {} };
			new m.Arrival(5e6, store, { moved() {}, done() {}, failed: (reason) => { fault = reason; } }).from(channel);
			for (let i = 0; i < pieces; i++) channel.onmessage({ data: new ArrayBuffer(bytes) });
			return fault;
		})`, `[null,"broken","broken",null]`},
		{"departure", `await (async () => {
			const moved = [];
			const channel = { readyState: 'open', bufferedAmount: 0, send() {}, close() {} };
			const departure = new m.Departure(new File([new Uint8Array(3e5)], 'x'), channel, { moved: (bytes) => moved.push(bytes), failed() {} });
			while (!departure.spent) await new Promise((resolve) => setTimeout(resolve));
			return [[300001, 65535, 65536, 65536, 65537, 131072, 0, 300000].map((bytes) => departure.got(bytes)), moved];
		})()`, `[[false,false,false,false,false,false,false,true],[65536,131072,300000]]`},
		{"underway", `['offered', 'moving', 'done', 'gone'].map((stage) => m.isUnderWay({ kind: 'file', legs: [{ stage }] }))`, `[false,true,false,false]`},
		{"underway", `['open', 'late', 'deaf', 'gone', null].map((standing) => m.isUnderWay({ kind: 'said', missing: new Map(standing ? [['a', null]] : []) }, () => standing))`,
			`[true,true,false,false,false]`},
	} {
		p.mustGive(c.module, c.expression, c.want)
	}
}

// TestPageTalkLost: what a channel that broke took with it is said again on the next one,
// to whoever has not got it, and to nobody twice; what comes twice is shown once.
func TestPageTalkLost(t *testing.T) {
	p := newScene(t, shared).openPage("anna", "")
	p.mustGive("chat", `await (async () => {`+fakes+`
	  const chat = new m.Chat({ people, history, changed() {} });
	  chat.say('one');
	  const [{ id, missing }] = history.entries;
	  chat.heard('a', { type: 'chat-got', id });
	  chat.catchUp();
	  const first = [saidTo('a'), saidTo('b'), [...missing.keys()]];
	  for (const each of here.values()) each.channel = channel();
	  chat.catchUp();
	  chat.catchUp();
	  chat.heard('b', { type: 'chat', id: 'x', text: 'two' });
	  chat.heard('b', { type: 'chat', id: 'x', text: 'two' });
	  return [...first, saidTo('a'), saidTo('b'), history.entries.map((e) => e.text)];
	})()`, `[["chat one"],["chat one"],["b"],[],["chat one","chat-got ","chat-got "],["one","two"]]`)
	p.mustGive("files", `await (async () => {`+fakes+`
	  const files = new m.Files({ people, history, changed() {}, over() {}, came() {} });
	  files.offer(new File(['x'], 'x'));
	  files.heard('a', { type: 'file-stop', id: history.entries[0].id, reason: 'declined' });
	  for (const each of here.values()) each.channel = channel();
	  files.catchUp();
	  files.catchUp();
	  const said = [saidTo('a'), saidTo('b')];
	  here.delete('b');
	  files.catchUp();
	  files.heard('b', { type: 'file-take', id: history.entries[0].id });
	  return [...said, history.entries[0].legs.map(({ stage }) => stage)];
	})()`, `[[],["file "],["declined","gone"]]`)
}

// TestPageFilesLostEnd: whoever was out of reach when a file ended hears of it on the next
// channel: that it was declined, and that all of it came, even if it looked broken off.
func TestPageFilesLostEnd(t *testing.T) {
	p := newScene(t, shared).openPage("anna", "")
	p.mustGive("files", `await (async () => {`+fakes+`
	  const files = new m.Files({ people, history, changed() {}, over() {}, came() {} });
	  files.heard('a', { type: 'file', id: 'x', name: 'x', size: 1 });
	  here.get('a').channel.open = false;
	  files.stop(history.entries[0]);
	  here.get('a').channel = channel();
	  files.catchUp();
	  files.catchUp();
	  return [saidTo('a'), saidTo('b')];
	})()`, `[["file-stop "],[]]`)
	p.mustGive("files", `await (async () => {`+fakes+`
	  let wake;
	  const files = new m.Files({ people, history, changed() { wake?.(); }, over() {}, came() {} });
	  const until = async (isSo) => { while (!isSo()) await new Promise((resolve) => { wake = resolve; setTimeout(resolve, 50); }); };
	  const way = { readyState: 'open', bufferedAmount: 0, sent: 0, send() { this.sent++; }, close() {} };
	  for (const uid of ['a', 'b']) here.get(uid).channel.forFile = () => way;
	  files.offer(new File(['x'], 'x'));
	  const [{ id, legs }] = history.entries;
	  files.heard('a', { type: 'file-take', id });
	  await until(() => way.sent);
	  way.readyState = 'closed';
	  way.onclose();
	  await until(() => legs[0].stage !== 'moving');
	  const stages = [legs[0].stage];
	  for (const [uid, size] of [['b', 1], ['a', 0], ['a', 1]]) {
	    files.heard(uid, { type: 'file-got', id, size });
	    stages.push(legs.map(({ stage }) => stage).join());
	  }
	  return stages;
	})()`, `["broken","broken,offered","broken,offered","done,offered"]`)
}

// mustGive plays an expression over a module, m.
func (p *page) mustGive(module, expression, want string) {
	p.t.Helper()
	got := evaluate[string](p, "import('/page/"+module+".js').then(async (m) => JSON.stringify("+expression+"))")
	if got != want {
		p.t.Errorf("%s: %s is\n%s, want\n%s", module, expression, got, want)
	}
}
