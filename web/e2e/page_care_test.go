//go:build page

package e2e

import "testing"

// TestPageCare plays the decisions about figures, losses, new ways and verdicts.
func TestPageCare(t *testing.T) {
	p := newScene(t, shared).openPage("anna", "")
	for _, c := range []struct{ module, expression, want string }{
		// Chromium has the pair with the transport, Firefox marks it; round trips stand elsewhere.
		{"stats", `(({ pair, rtt }) => [pair, rtt])(m.snapshotOf([{ type: 'transport', id: 't', selectedCandidatePairId: 'p' },
			{ type: 'candidate-pair', id: 'p', localCandidateId: 'l', remoteCandidateId: 'r', currentRoundTripTime: 0.02 },
			{ id: 'l', candidateType: 'relay', protocol: 'udp', relayProtocol: 'tls' }, { id: 'r', candidateType: 'host' }], 0))`,
			`[{"way":"relay","transport":"tls"},0.02]`},
		{"stats", `(({ pair, rtt }) => [pair, rtt])(m.snapshotOf([{ type: 'candidate-pair', id: 'q', nominated: true, state: 'succeeded' },
			{ type: 'candidate-pair', id: 'p', selected: true, localCandidateId: 'l', remoteCandidateId: 'r' },
			{ type: 'remote-inbound-rtp', id: 's', roundTripTime: 0.03 },
			{ id: 'l', candidateType: 'host', protocol: 'tcp' }, { id: 'r', candidateType: 'host' }], 0))`,
			`[{"way":"host","transport":"tcp"},0.03]`},
		// A relay of the other side that was heard before it was told of.
		{"stats", `import('/page/evidence.js').then(({ Evidence }, e = new Evidence()) => (e.told('candidate:1 1 udp 41885439 192.0.2.7 50000 typ relay raddr 0.0.0.0 rport 0'), ['192.0.2.7', '192.0.2.8'].map((address) => m.snapshotOf([
			{ type: 'candidate-pair', id: 'p', selected: true, localCandidateId: 'l', remoteCandidateId: 'r' },
			{ id: 'l', candidateType: 'host', protocol: 'udp' }, { id: 'r', candidateType: 'prflx', address, port: 50000 }], 0, (...at) => e.kindAt(...at)).pair.way)))`,
			`["relay","reflexive"]`},
		{"stats", `(({ lossIn, kbpsIn, rttMs, lossOut }) => [lossIn, kbpsIn, rttMs, lossOut])(m.figuresBetween(
			m.snapshotOf([{ type: 'inbound-rtp', packetsReceived: 100, packetsLost: 10, bytesReceived: 1000 }], 0),
			m.snapshotOf([{ type: 'inbound-rtp', packetsReceived: 190, packetsLost: 20, bytesReceived: 26000 }], 1000)))`, `[10,200,null,null]`},
		{"stats", `[{ lossIn: 1 }, { lossIn: 3 }, { lossIn: 6 }, { lossIn: 0, lossOut: 6 }, { lossIn: 0, rttMs: 300 }, { lossIn: 0, jitterMs: 120 }].map(m.levelOf)`,
			`["good","fair","poor","poor","fair","poor"]`},

		// Loss, a figure a second; the steps it leads to.
		{"adapt", `((losses, c = m.START) => losses.map((loss, i) => (c = m.steer(c, loss, 1000 * i)).step).join(''))([9, 9, 9, 9, 9, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])`, `"0000011111111100"`},
		{"adapt", `((losses, c = m.START) => losses.map((loss, i) => (c = m.steer(c, loss, 1000 * i)).step).join(''))([9, 9, 9, 9, 3, 9, 9, 9, 9, 9, 9])`, `"00000000001"`},
		{"adapt", `((c = m.START) => { for (let i = 0; i < 99; i++) c = m.steer(c, 50, 1000 * i); return [c.step, m.STEPS[c.step]]; })()`, `[4,{"kbps":100,"scale":4}]`},
		{"adapt", `((c = m.START) => { for (let i = 0; i < 99; i++) c = m.steer(c, null, 1000 * i); return c.step; })()`, `0`},

		// Below what it is about, or above it, never over it, and within what is free.
		{"place", placeOf(`[20, 80, 60, 124]`), `{"left":20,"top":132,"bottom":null,"most":564}`},
		{"place", placeOf(`[320, 560, 360, 604]`), `{"left":82,"top":null,"bottom":252,"most":488}`},

		{"recovery", `[{ state: 'interrupted', tries: 0, offers: true }, { state: 'interrupted', tries: 0, offers: false }, { state: 'failed', tries: 0, offers: true }].map(m.delayOf)`, `[2500,4000,0]`},
		{"recovery", `[1, 2, 99].map((tries) => m.delayOf({ state: 'failed', tries, offers: true }))`, `[5000,7500,15000]`},

		// One that never ran is tried five times, if it is to be at all.
		{"recovery", `[0, 1, 4, 5].map((tries) => m.delayOf({ state: 'never', tries, offers: true }) || 'at once')`, `[5000,5000,15000,null]`},

		{"turn", `[401, 486, 508, 403].map(m.refusalOf)`, `["unauthorized","full","full","refused"]`},
		{"turn", `['turn:x', 'turn:x?transport=tcp', 'turns:x?transport=tcp', 'stun:x'].map(m.wayOf)`, `["udp","tcp","tls",null]`},

		{"verdict", verdictOf(`{ server: false }`), `"server-gone"`},
		{"verdict", verdictOf(`{}, { answered: false }`), `"no-answer"`},
		{"verdict", verdictOf(`{ relays: false }, { begun: false, answered: false }`), `"no-candidates"`},
		{"verdict", verdictOf(`{}, { reached: true }`), `"handshake"`},
		{"verdict", verdictOf(`{ relays: false }, { local: ['host'] }`), `"no-list"`},
		{"verdict", verdictOf(`{}, { gathered: true }`), `"no-candidates"`},
		{"verdict", verdictOf(`{}, { local: ['host'], faults: [{ way: 'udp', code: 701 }] }`), `"relay-unreachable"`},
		{"verdict", verdictOf(`{}, { local: ['host'], faults: [{ way: 'udp', code: 701 }, { way: 'tcp', code: 401 }] }`), `"credential-refused"`},
		{"verdict", verdictOf(`{}, { faults: [{ way: 'udp', code: 486 }] }`), `"relay-full"`},
		{"verdict", verdictOf(`{}, { faults: [{ way: 'udp', code: 508 }] }`), `"relay-full"`},
		{"verdict", verdictOf(`{}, { faults: [{ way: 'udp', code: 403 }] }`), `"relay-refused"`},
		{"verdict", verdictOf(`{ view: { credential: 'expired', refused: [] } }, { local: ['host'] }`), `"credential-expired"`},
		{"verdict", verdictOf(`{ view: { credential: 'accepted', refused: ['capacity'] } }, { local: ['host'] }`), `"relay-full"`},
		{"verdict", verdictOf(deniedPeer + `, { local: ['relay'], remote: ['host'] }`), `"peer-denied"`},
		{"verdict", verdictOf(deniedPeer + `, { local: ['relay'], remote: ['host', 'srflx'] }`), `"other-side"`},
		{"verdict", verdictOf(deniedPeer + `, { local: ['relay'], remote: ['host', 'relay'] }`), `"relay-ports"`},
		{"verdict", verdictOf(`{ ran: true, view: { credential: 'accepted', refused: ['peer-denied'] } }, { local: ['relay'], remote: ['host'] }`), `"lost"`},
		{"verdict", verdictOf(`{}, { local: ['host', 'relay'], remote: ['host'] }`), `"other-side"`},
		{"verdict", verdictOf(`{}, { local: ['relay'], remote: ['relay'] }`), `"relay-ports"`},
		{"verdict", verdictOf(`{ ran: true }, { local: ['relay'], remote: ['relay'], reached: true }`), `"lost"`},
	} {
		got := evaluate[string](p, "import('/page/"+c.module+".js').then((m) => "+c.expression+").then(JSON.stringify)")
		if got != c.want {
			t.Errorf("%s: %s is %s, want %s", c.module, c.expression, got, c.want)
		}
	}
}

// deniedPeer is of a relay that said no to an address.
const deniedPeer = `{ view: { credential: 'accepted', refused: ['peer-denied'] } }`

// placeOf is where a card belongs that is about this box, on a phone.
func placeOf(box string) string {
	return `((box) => m.placeOf(box(` + box + `), box([0, 0, 390, 804]), box([0, 56, 390, 704]), 300))(([left, top, right, bottom]) => ({ left, top, right, bottom }))`
}

// verdictOf is the verdict on these facts and this evidence, beside what is usual.
func verdictOf(facts string) string {
	return `((facts, evidence) => m.judge({ server: true, ran: false, relays: true, view: null, ...facts,
		evidence: { faults: [], begun: true, answered: true, gathered: false, reached: false, ...evidence,
			local: new Set(evidence?.local), remote: new Set(evidence?.remote) } }))(` + facts + `)`
}

// TestPageWithoutList: two who can reach one another need no list of servers, so it does
// not matter that there is none to be had.
func TestPageWithoutList(t *testing.T) {
	p := newScene(t, shared).openPage("anna", "")
	p.mustGive("ice", `await (async () => {
	  const real = window.fetch;
	  window.fetch = async () => new Response('', { status: 503 });
	  const list = new m.IceList({ room: 'x', uid: 'y' }, {});
	  const none = await list.config();
	  list.take([{ urls: 'stun:x' }], 0);
	  const last = await list.config();
	  window.fetch = real;
	  return [none.iceServers, last.iceServers];
	})()`, `[[],[{"urls":["stun:x"]}]]`)
}
