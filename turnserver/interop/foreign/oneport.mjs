// A call of the page in two browsers, Chromium or Firefox, that trust the server's CA:
// page, signaling and media go over TLS to the one port.
//
//   node oneport.mjs '{"page": "https://HOST:PORT/", "address": IP,
//                      "from": END, "to": END, "stranger": END}'
//
// END is {"browser": "chromium" or "firefox", "home": FOLDER}: the folder with its store
// of certificates. The stranger's lacks the CA, and he must be kept out: else nothing
// here would say anything of trust. A name of the machine stands for the server, since
// browsers take loopback for secure as it is.

import { endWithTheTest, launch, within } from './launch.mjs';

const { page: base, address, from, to, stranger } = JSON.parse(process.argv[2]);
const { host, hostname } = new URL(base);

// ---- In a page, before its own scripts

// overTLSOnly leaves a page nothing but TURN over TLS, whatever list it was given, and
// notes what that list held and which connections and sockets there are.
function overTLSOnly() {
  const seen = globalThis.seen = { offered: [], connections: [], sockets: [], offences: [] };
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(config, ...rest) {
      const lists = config.iceServers.map((server) => ({ ...server, urls: [server.urls].flat() }));
      seen.offered.push(...lists.flatMap(({ urls }) => urls));
      const iceServers = lists
        .map((server) => ({ ...server, urls: server.urls.filter((url) => url.startsWith('turns:')) }))
        .filter(({ urls }) => urls.length);
      super({ ...config, iceServers, iceTransportPolicy: 'relay' }, ...rest);
      seen.connections.push(this);
    }
  };
  globalThis.WebSocket = class extends WebSocket {
    constructor(...parts) {
      super(...parts);
      seen.sockets.push(this);
    }
  };
  addEventListener('securitypolicyviolation', (e) => seen.offences.push(`${e.violatedDirective} ${e.blockedURI}`));
}

// ---- In a page, any number of times

// seesTheOtherMove counts pictures decoded, not shown: a page behind another shows none.
async function seesTheOtherMove() {
  const stats = await seen.connections.at(-1)?.getStats() ?? new Map();
  const video = [...stats.values()].find(({ type, kind }) => type === 'inbound-rtp' && kind === 'video');
  if (!video?.framesDecoded) return false;
  seen.first ??= video.framesDecoded;
  return video.framesDecoded >= seen.first + 10;
}

// way is how the page's media goes, and all else that a proof needs.
async function way() {
  const stats = await seen.connections.at(-1)?.getStats() ?? new Map();
  const all = [...stats.values()];
  const chosen = all.find(({ type }) => type === 'transport')?.selectedCandidatePairId;
  const pair = stats.get(chosen) ?? all.find(({ type, selected }) => type === 'candidate-pair' && selected);
  const [local, remote] = [stats.get(pair?.localCandidateId), stats.get(pair?.remoteCandidateId)];
  return {
    state: document.getElementById('state').textContent, secure: isSecureContext, origin: location.origin, camera: document.getElementById('local').srcObject?.getVideoTracks().length,
    sockets: seen.sockets.map(({ url }) => url), offered: seen.offered, offences: seen.offences,
    local: local?.candidateType, relayProtocol: local?.relayProtocol, remote: remote?.candidateType,
  };
}

// ---- From outside

async function open(browser) {
  const page = await browser.newPage();
  await page.evaluateOnNewDocument(overTLSOnly);
  await page.goto(`${base}room/tls`);
  return page;
}

const waiting = () => document.getElementById('state').textContent.startsWith('Waiting for the other person');

async function call(one, other) {
  await one.locator('#join').click();
  await one.waitForFunction(waiting, { timeout: 0, polling: 100 });
  await other.locator('#join').click();
  for (const page of [one, other]) await page.waitForFunction(seesTheOtherMove, { timeout: 0, polling: 100 });
}

function mustBeOverTLS(who, got) {
  const want = {
    secure: true, origin: `https://${host}`, camera: 1, sockets: [`wss://${host}/ws`], offences: [],
    local: 'relay', relayProtocol: 'tls',
  };
  for (const [what, value] of Object.entries(want)) {
    if (JSON.stringify(got[what]) !== JSON.stringify(value)) {
      throw new Error(`${who}: ${what} is ${JSON.stringify(got[what])}, want ${JSON.stringify(value)}: ${JSON.stringify(got)}`);
    }
  }
  // A check that overtakes the candidate it comes from makes the other end's relay a
  // peer-reflexive one (RFC 8445 section 7.3.1.3). That it is a relay, the other says.
  if (!['relay', 'prflx'].includes(got.remote)) throw new Error(`${who}: the other end is ${got.remote}`);
  if (!got.offered.includes(`turns:${host}?transport=tcp`)) throw new Error(`${who} was offered ${got.offered}`);
}

async function keptOut(browser) {
  try {
    await (await browser.newPage()).goto(base);
  } catch (err) {
    if (/UNKNOWN_ISSUER|AUTHORITY_INVALID/.test(err.message)) return;
    throw err;
  }
  throw new Error('a browser without the CA sees the page');
}

async function main() {
  const world = { host: hostname, address };
  const ends = from.browser === to.browser ? [from] : [from, to];
  const launched = await Promise.all([...ends, stranger].map(({ browser, home }) => launch(browser, { ...world, home })));
  try {
    await within(keptOut(launched.at(-1)), 'a warning');
    console.log(`${stranger.browser} without the CA is kept out`);
    const pages = await within(Promise.all([launched[0], launched[ends.length - 1]].map(open)), 'the page');
    try {
      await within(call(...pages), 'a call over TLS');
    } finally {
      for (const page of pages) console.error(JSON.stringify(await page.evaluate(way)));
    }
    for (const [n, page] of pages.entries()) mustBeOverTLS([from, to][n].browser, await page.evaluate(way));
    console.log(`${from.browser} to ${to.browser} over tls: a call, both see each other move`);
  } finally {
    await Promise.all(launched.map((browser) => browser.close()));
  }
}

endWithTheTest();
await main();
process.exit(0);
