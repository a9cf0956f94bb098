// Two pages of the server, each in Chromium or Firefox, reach each other through the
// relay and nothing else, with what the page's own /api/ice says.
//
//   node browsers.mjs '{"page": URL, "from": BROWSER, "to": BROWSER, "sizes": [BYTES, …], "calls": true}'
//
// BROWSER is "chromium" or "firefox". Over UDP and then over TCP a data channel
// carries the messages there and back, and then, if it is wanted, the example client
// makes a call. The line printed for each says who did what over which transport.

import { endWithTheTest, launch, within } from './launch.mjs';
import { Peer } from './peer.mjs';

const { page: address, from, to, sizes, calls } = JSON.parse(process.argv[2]);
const patience = 60_000; // ms

// ---- A data channel

async function channel(one, other, transport) {
  for (const page of [one, other]) {
    await page.goto(`${address}example/`);
    await page.evaluate(`${Peer.toString()}; globalThis.Peer = Peer`);
    await page.evaluate(async (transport) => {
      const wanted = (url) => url.startsWith('turn:') && url.endsWith(`?transport=${transport}`);
      const { iceServers } = await (await fetch('/api/ice')).json();
      const turn = iceServers.map((server) => ({ ...server, urls: server.urls.filter(wanted) }));
      globalThis.peer = new globalThis.Peer(turn.filter(({ urls }) => urls.length));
    }, transport);
  }
  const offer = await one.evaluate(() => globalThis.peer.offer());
  const answer = await other.evaluate((offer) => globalThis.peer.answer(offer), offer);
  await one.evaluate((answer) => globalThis.peer.accept(answer), answer);
  const count = await one.evaluate((sizes) => globalThis.peer.exchange(sizes), sizes);
  console.log(`${from} to ${to} over ${transport}: ${count} messages there and back`);
}

// ---- A call of the example client

async function call(one, other, transport) {
  for (const page of [one, other]) {
    await page.goto(`${address}example/?room=${from}-${to}-${transport}&policy=relay&transport=${transport}`);
  }
  for (const page of [one, other]) {
    await page.waitForFunction(seesTheOtherMove, { timeout: patience, polling: 100 });
  }
  console.log(`${from} to ${to} over ${transport}: a call, both see each other move`);
}

// seesTheOtherMove runs in a page of the example client. It counts pictures decoded,
// not shown: a page behind another shows none.
async function seesTheOtherMove() {
  const stats = await session?.call?.pc.getStats() ?? new Map();
  const video = [...stats.values()].find(({ type, kind }) => type === 'inbound-rtp' && kind === 'video');
  if (!video?.framesDecoded) return false;
  globalThis.first ??= video.framesDecoded;
  return document.getElementById('state').textContent.startsWith('You are in a call') &&
    video.framesDecoded >= globalThis.first + 10;
}

// ---- The two browsers

async function main() {
  const launched = await Promise.all([...new Set([from, to])].map((name) => launch(name)));
  try {
    const one = await launched[0].newPage();
    const other = await launched.at(-1).newPage();
    for (const transport of ['udp', 'tcp']) {
      await within(channel(one, other, transport), `a data channel over ${transport}`);
      if (calls) await within(call(one, other, transport), `a call over ${transport}`);
    }
  } finally {
    await Promise.all(launched.map((browser) => browser.close()));
  }
}

endWithTheTest();
await main();
process.exit(0);
