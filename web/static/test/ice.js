// The list of STUN and TURN servers: fetched as a call fetches it, and judged.

import { wayOf } from '../page/turn.js';
import { ask, serverAnswers } from './wait.js';

const ANSWER_WITHIN = 5000; // ms
const CLOCKS_DIFFER = 60; // s; invites and certificates are valid from and until a minute

/**
 * @typedef {import('./findings.js').Finding} Finding
 * @typedef {import('./findings.js').Way} Way
 *
 * @typedef {object} Server one URL, with the user for it
 * @property {string} url
 * @property {string} [username]
 * @property {string} [credential]
 *
 * @typedef {object} List
 * @property {Server | null} stun
 * @property {Record<Way, Server | null>} turn
 * @property {string[]} urls all of them
 *
 * @typedef {object} Invited what an invite link holds
 * @property {string} room
 * @property {string} invite
 * @property {string} [uid]
 */

/**
 * @param {Invited | null} invited
 * @returns {Promise<{ list: List | null, findings: Finding[] }>} of the list and the clock
 */
export async function checkIce(invited) {
  const begin = Date.now();
  try {
    const { status, date, text } = await ask('/api/ice', ANSWER_WITHIN, question(invited));
    const clock = judgeClock(date, (begin + Date.now()) / 2);
    const { list, code, facts } = status === 200 ? judgeList(text, date, location.hostname) : refusal(status);
    return { list, findings: [{ check: 'ice', code, facts }, clock] };
  } catch {
    const code = await serverAnswers() ? 'unreadable' : 'server-gone';
    return { list: null, findings: [{ check: 'ice', code }, { check: 'clock', code: 'unknown' }] };
  }
}

/**
 * @param {Invited | null} invited
 * @returns {RequestInit}
 */
const question = (invited) => invited ? {
  method: 'POST', // an invite has no place in an address
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(invited),
} : {};

/**
 * @typedef {{ list: List | null, code: string, facts?: import('./findings.js').Facts }} Judged
 */

/**
 * @param {number} status
 * @returns {Judged}
 */
function refusal(status) {
  const codes = /** @type {Record<number, string>} */ ({ 401: 'proof-needed', 403: 'not-allowed', 429: 'too-fast' });
  return { list: null, code: codes[status] ?? 'status', facts: { status } };
}

/**
 * @param {string} text the answer
 * @param {string | null} date its header
 * @param {string} host of the page
 * @returns {Judged}
 */
export function judgeList(text, date, host) {
  /** @type {List} */
  const list = { stun: null, turn: { udp: null, tcp: null, tls: null }, urls: [] };
  let expires = NaN;
  let ttl = 0;
  try {
    const answer = JSON.parse(text);
    for (const { urls, username, credential } of answer.iceServers) {
      for (const url of [urls].flat()) add(list, { url: String(url), username, credential });
    }
    expires = Date.parse(answer.expiresAt);
    ttl = Number(answer.ttl) || 0;
  } catch {
    return { list: null, code: 'unreadable' };
  }
  const facts = { urls: list.urls.length, minutes: Math.round(ttl / 60) };
  if (!list.turn.udp && !list.turn.tcp && !list.turn.tls) return { list: null, code: 'empty', facts };
  if (expires <= Date.parse(date ?? '')) return { list: null, code: 'expired', facts };
  const lost = list.urls.find((url) => isNowhere(hostOf(url)));
  if (lost && !isNowhere(host)) return { list, code: 'nowhere', facts: { ...facts, url: lost } };
  return { list, code: 'ok', facts };
}

/**
 * Keeps the first of each way (RFC 7064, RFC 7065).
 * @param {List} list
 * @param {Server} server
 */
function add(list, server) {
  list.urls.push(server.url);
  if (server.url.startsWith('stun:')) list.stun ??= server;
  const way = wayOf(server.url);
  if (way) list.turn[way] ??= server;
}

/**
 * Host and port of a URL of STUN or TURN.
 * @param {string} url
 */
export const placeOf = (url) => url.replace(/^\w+:/, '').replace(/\?.*$/, '');

/** @param {string} url */
const hostOf = (url) => placeOf(url).replace(/:\d+$/, '');

/**
 * Whether a host means another machine to everybody.
 * @param {string} host
 */
const isNowhere = (host) => /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0|\[::\])$/.test(host);

/**
 * @param {string | null} date the server's clock, in whole seconds
 * @param {number} ours ms
 * @returns {Finding}
 */
export function judgeClock(date, ours) {
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return { check: 'clock', code: 'unknown' };
  const seconds = Math.round((ours - theirs - 500) / 1000);
  const code = Math.abs(seconds) < CLOCKS_DIFFER ? 'ok' : seconds > 0 ? 'ahead' : 'behind';
  return { check: 'clock', code, facts: { seconds: Math.abs(seconds) } };
}
