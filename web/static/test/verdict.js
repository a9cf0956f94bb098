// What all the findings come to, in one word: a pure decision.

import { CHECKS, meaningOf, WAYS } from './findings.js';

/**
 * @typedef {import('./findings.js').Check} Check
 * @typedef {import('./findings.js').Finding} Finding
 *
 * @typedef {'works' | 'works-but' | 'relay-only' | 'no-relay' | 'invite' | 'no-devices'
 *   | 'insecure' | 'no-way' | 'no-list' | 'no-signaling' | 'no-webrtc' | 'server-gone'} Summary
 */

/** @type {Record<Summary, import('./findings.js').Verdict>} how each of them stands */
export const SUMMARIES = {
  'works': 'ok',
  'works-but': 'hint',
  'relay-only': 'hint',
  'no-relay': 'hint',
  'invite': 'hint',
  'no-devices': 'fault',
  'insecure': 'fault',
  'no-way': 'fault',
  'no-list': 'fault',
  'no-signaling': 'fault',
  'no-webrtc': 'fault',
  'server-gone': 'fault',
};

/**
 * The gravest comes first: who gets no call at all need not hear of his camera.
 * @param {Map<Check, Finding>} found
 * @returns {Summary | null} null while a check is missing
 */
export function summaryOf(found) {
  if (!CHECKS.every((check) => found.has(check))) return null;
  return connection(found) ?? own(found) ?? lesser(found);
}

/**
 * What keeps a call from being connected.
 * @param {Map<Check, Finding>} found
 * @returns {Summary | null}
 */
function connection(found) {
  const codes = [...found.values()].map(({ code }) => code);
  if (codes.includes('server-gone')) return 'server-gone';
  if (codes.includes('no-webrtc')) return 'no-webrtc';
  if (is(found, 'websocket', 'fault')) return 'no-signaling';
  const ice = found.get('ice')?.code ?? '';
  if (['proof-needed', 'not-allowed'].includes(ice)) return is(found, 'secure-context', 'fault') ? 'insecure' : 'invite';
  if (found.get('stun')?.code === 'no-list') return 'no-list'; // else the list leads somewhere, good or bad
  return !is(found, 'stun', 'ok') && ways(found).length === 0 ? 'no-way' : null;
}

/**
 * What keeps others from seeing and hearing us.
 * @param {Map<Check, Finding>} found
 * @returns {Summary | null}
 */
function own(found) {
  if (is(found, 'secure-context', 'fault')) return 'insecure';
  return is(found, 'camera', 'fault') && is(found, 'microphone', 'fault') ? 'no-devices' : null;
}

/**
 * @param {Map<Check, Finding>} found
 * @returns {Summary}
 */
function lesser(found) {
  if (ways(found).length === 0) return 'no-relay';
  if (is(found, 'stun', 'fault')) return 'relay-only';
  return [...found.values()].some((f) => /fault|hint/.test(meaningOf(f).verdict)) ? 'works-but' : 'works';
}

/**
 * The ways on which something came through the relay.
 * @param {Map<Check, Finding>} found
 */
const ways = (found) => WAYS.filter((way) => is(found, `turn-${way}`, 'ok') && !is(found, `relay-${way}`, 'fault'));

/**
 * @param {Map<Check, Finding>} found
 * @param {Check} check
 * @param {import('./findings.js').Verdict} verdict
 */
function is(found, check, verdict) {
  const finding = found.get(check);
  return finding !== undefined && meaningOf(finding).verdict === verdict;
}
