// What the answers of the browser mean: pure decisions.

import { refusalOf, UNREACHABLE } from '../page/turn.js';
import { placeOf } from './ice.js';

/**
 * @typedef {import('./findings.js').Finding} Finding
 * @typedef {import('./findings.js').Way} Way
 * @typedef {import('./gather.js').Gathered} Gathered
 * @typedef {import('./ice.js').Server} Server
 */

/**
 * @param {Way} way
 * @param {Server} server
 * @param {Gathered} gathered
 * @param {boolean} overTCP whether the same port gave a relay without TLS
 * @returns {Finding}
 */
export function judgeTurn(way, server, gathered, overTCP) {
  const check = /** @type {const} */ (`turn-${way}`);
  const facts = { at: placeOf(server.url) };
  if (gathered.found) return { check, code: 'ok', facts: { ...facts, relay: gathered.found, ms: gathered.ms } };
  if (gathered.refused) return { check, code: 'bad-url', facts };
  const answer = gathered.errors.find((code) => code !== UNREACHABLE);
  if (answer) return { check, code: refusalOf(answer), facts: { ...facts, error: answer } };
  // Browsers do not say that a certificate is what they dislike. But who got a relay at
  // the same port without TLS lacks nothing else.
  const code = way === 'tls' && overTCP ? 'untrusted' : 'unreachable';
  return { check, code, facts: facts };
}

/**
 * A browser shows an answer of STUN only if it tells an address that the browser did
 * not have: on a LAN there is none to be seen. But it ends its search soon only if
 * every question was answered, and TURN over UDP at the same port is STUN as well.
 * @param {Server} server
 * @param {Gathered} gathered
 * @param {{ at: string, code: string } | null} overUDP what TURN over UDP came to, and where
 * @returns {Finding}
 */
export function judgeStun(server, gathered, overUDP) {
  const at = placeOf(server.url);
  const facts = { at };
  if (gathered.found) return { check: 'stun', code: 'ok', facts: { ...facts, seen: gathered.found, ms: gathered.ms } };
  if (gathered.refused) return { check: 'stun', code: 'bad-url', facts };
  if (overUDP?.at === at) {
    return { check: 'stun', code: overUDP.code === 'unreachable' ? 'unreachable' : 'same-address', facts };
  }
  const quiet = gathered.ended && gathered.hosts && gathered.errors.length === 0;
  return { check: 'stun', code: quiet ? 'same-address' : 'unreachable', facts: facts };
}

/**
 * How good a relay is that carried something.
 * @param {{ mbps: number, rttMs: number, lossPercent: number }} figures
 */
export function judgeFigures({ mbps, rttMs, lossPercent }) {
  if (lossPercent > 3) return 'lossy'; // beyond that sound breaks up
  if (mbps < 1) return 'slow'; // a small picture takes that much
  return rttMs > 400 ? 'late' : 'ok'; // ITU-T G.114: people notice 200 ms each way
}
