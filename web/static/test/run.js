// All checks in their order. What hangs on nothing runs side by side; loops run one
// after the other, so that each has the network for itself.

import { checkDevices, DEVICES } from './devices.js';
import { WAYS } from './findings.js';
import { gather } from './gather.js';
import { checkIce, placeOf } from './ice.js';
import { judgeFigures, judgeStun, judgeTurn } from './judge.js';
import { measure } from './loop.js';
import { RelayedPair } from './pair.js';
import { ask, serverAnswers } from './wait.js';
import { checkWebSocket } from './websocket.js';

/**
 * @typedef {import('./findings.js').Check} Check
 * @typedef {import('./findings.js').Finding} Finding
 * @typedef {import('./findings.js').Way} Way
 * @typedef {import('./ice.js').List} List
 *
 * @typedef {object} Plan
 * @property {import('./devices.js').Eyes | null} eyes null: leave camera and microphone alone
 * @property {import('./ice.js').Invited | null} invited
 * @property {(check: Check, done?: number) => void} began
 * @property {(device: import('./devices.js').Device, stream: MediaStream) => void} opened to be stopped by the caller
 * @property {(finding: Finding, info: Info) => void} tell
 *
 * @typedef {(finding: Finding) => void} Tell
 * @typedef {Omit<Plan, 'tell'> & { tell: Tell }} Work
 *
 * @typedef {object} Info what the server says of itself
 * @property {string} version
 * @property {boolean} https
 * @property {boolean} trust
 */

/**
 * @param {Plan} plan
 * @returns {Promise<{ info: Info, urls: string[] }>}
 */
export async function runAll({ tell: tellOf, ...rest }) {
  const info = await fetchInfo();
  const tell = (/** @type {Finding} */ finding) => tellOf(finding, info);
  const plan = { ...rest, tell };
  tell({ check: 'secure-context', code: isSecureContext ? 'ok' : info.https ? 'has-https' : 'insecure' });
  const [urls] = await Promise.all([network(plan), devices(plan)]);
  return { info, urls };
}

/** @returns {Promise<Info>} */
async function fetchInfo() {
  try {
    return JSON.parse((await ask('/test/info', 4000)).text);
  } catch {
    return { version: '', https: false, trust: false };
  }
}

/** @param {Work} work */
async function devices({ eyes, began, opened, tell }) {
  for (const check of DEVICES) began(check);
  if (eyes) return checkDevices(eyes, opened, tell);
  for (const check of DEVICES) tell({ check, code: 'left-out' });
}

/** @param {Work} work */
async function network({ invited, began, tell }) {
  began('websocket');
  tell(await checkWebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`));
  began('ice');
  const { list, findings: found } = await checkIce(invited);
  found.forEach(tell);
  const open = await servers(list, began, tell);
  await loops(list, open, began, tell);
  return list?.urls ?? [];
}

/**
 * @param {List | null} list
 * @param {Plan['began']} began
 * @param {Tell} tell
 * @returns {Promise<Way[]>} the ways by which there is a relay
 */
async function servers(list, began, tell) {
  /** @type {Check[]} */
  const checks = ['stun', 'turn-udp', 'turn-tcp', 'turn-tls'];
  const able = 'RTCPeerConnection' in window;
  if (!list || !able) {
    for (const check of checks) tell({ check, code: able ? 'no-list' : 'no-webrtc' });
    return [];
  }
  for (const check of checks) began(check);
  const stun = list.stun && gather(list.stun, 'srflx');
  const ways = await turns(list, tell);
  const answered = await stun;
  if (!list.stun || !answered) tell({ check: 'stun', code: 'not-offered' });
  else tell(judgeStun(list.stun, answered, list.turn.udp && { at: placeOf(list.turn.udp.url), code: ways.udp }));
  return WAYS.filter((way) => ways[way] === 'ok');
}

/**
 * @param {List} list
 * @param {Tell} tell
 * @returns {Promise<Record<Way, string>>} the code of each
 */
async function turns(list, tell) {
  const asked = WAYS.map((way) => {
    const server = list.turn[way];
    return server && gather(server, 'relay');
  });
  const codes = { udp: '', tcp: '', tls: '' };
  for (const [n, way] of WAYS.entries()) {
    const server = list.turn[way];
    const gathered = await asked[n];
    /** @type {Finding} */
    const finding = server && gathered
      ? judgeTurn(way, server, gathered, codes.tcp === 'ok' && portOf(list.turn.tcp) === portOf(server))
      : { check: `turn-${way}`, code: 'not-offered' };
    codes[way] = finding.code;
    tell(finding);
  }
  return codes;
}

/** @param {import('./ice.js').Server | null} server */
const portOf = (server) => placeOf(server?.url ?? '').replace(/^.*:/, '');

/**
 * @param {List | null} list
 * @param {Way[]} open
 * @param {Plan['began']} began
 * @param {Tell} tell
 */
async function loops(list, open, began, tell) {
  let gone = false;
  for (const way of WAYS) {
    const check = /** @type {const} */ (`relay-${way}`);
    const server = open.includes(way) ? list?.turn[way] : null;
    if (!server || gone) {
      tell({ check, code: 'no-turn' });
      continue;
    }
    began(check, 0);
    const finding = await loop(check, server, (done) => began(check, done));
    gone = finding.code === 'server-gone';
    tell(finding);
  }
}

/**
 * @param {Check} check
 * @param {import('./ice.js').Server} server
 * @param {(done: number) => void} progress
 * @returns {Promise<Finding>}
 */
async function loop(check, server, progress) {
  const pair = new RelayedPair(server);
  try {
    const ends = await pair.open().catch(() => null); // some browsers forbid such connections
    const figures = ends && await measure(ends[0], ends[1], progress);
    if (figures) return { check, code: judgeFigures(figures), facts: { ...figures } };
    if (!await serverAnswers()) return { check, code: 'server-gone' };
    return { check, code: ends ? 'broke' : 'not-connected' };
  } finally {
    pair.close();
  }
}
