// Why a call was not connected, or broke: which step, and so what to do. A pure
// decision. Its words are codes for reports and programs, and never change.

import { refusalOf, UNREACHABLE } from './turn.js';

/** @typedef {typeof VERDICTS[number]} Verdict */

/** The server counts these and no others (web/report.go). */
export const VERDICTS = /** @type {const} */ ([
  'ok', 'lost', 'server-gone', 'no-answer', 'no-list', 'no-candidates',
  'credential-expired', 'credential-refused', 'relay-full', 'relay-refused', 'relay-unreachable',
  'peer-denied', 'other-side', 'relay-ports', 'no-way', 'handshake', 'unknown',
]);

/**
 * @typedef {object} ServerView what the server knows of the credential that we hold
 * @property {'accepted' | 'expired' | 'refused'} credential
 * @property {number} opened relays, ever
 * @property {string[]} refused what it refused, by the names of the relay
 *
 * @typedef {object} Facts
 * @property {boolean} server whether we have the signaling server
 * @property {boolean} ran whether media ran before
 * @property {boolean} relays whether the list has TURN in it
 * @property {Pick<import('./evidence.js').Evidence, 'local' | 'remote' | 'faults' | 'begun' | 'answered' | 'gathered' | 'reached'>} evidence
 * @property {ServerView | null} view null: the server did not tell
 */

/**
 * @param {Facts} facts
 * @returns {Verdict}
 */
export function judge(facts) {
  const { server, ran, relays, evidence } = facts;
  if (!server) return 'server-gone';
  if (!evidence.begun) return 'no-candidates'; // nothing that the other side could have answered
  if (!evidence.answered) return 'no-answer';
  if (evidence.reached && !ran) return 'handshake'; // a way was found, and the two did not understand one another
  const ours = evidence.local.has('relay') ? beyondRelay(facts) : noRelay(facts);
  if (ours) return ours;
  if (!relays) return 'no-list';
  return ran ? 'lost' : 'no-way';
}

/**
 * What kept us from a relay.
 * @param {Facts} facts
 * @returns {Verdict | null}
 */
function noRelay({ relays, evidence, view }) {
  if (!relays) return evidence.local.size ? null : 'no-candidates';
  if (view?.credential === 'expired') return 'credential-expired';
  if (view?.credential === 'refused') return 'credential-refused';
  const answers = evidence.faults.filter(({ way, code }) => way !== 'stun' && code !== UNREACHABLE && code >= 300);
  const answer = answers.map(({ code }) => refusalOf(code))[0];
  switch (answer) {
    case 'unauthorized': return 'credential-refused';
    case 'full': return 'relay-full';
    case 'refused': return 'relay-refused';
  }
  if (view?.refused.some((why) => why === 'allocation-quota' || why === 'capacity')) return 'relay-full';
  if (evidence.gathered && evidence.local.size === 0 && evidence.faults.length === 0) return 'no-candidates';
  return 'relay-unreachable'; // no answer from it at all
}

/**
 * We had a relay, and yet nothing got through. A relay that says no to some address is
 * usual, since browsers tell all the addresses that they have; it is to blame only if
 * the other side had nothing else to offer.
 * @param {Facts} facts
 * @returns {Verdict | null}
 */
function beyondRelay({ ran, evidence, view }) {
  if (ran) return null;
  const { remote } = evidence;
  if (remote.has('relay')) return 'relay-ports'; // two relays that do not reach one another
  if (remote.has('host') && remote.size === 1 && view?.refused.includes('peer-denied')) return 'peer-denied';
  return 'other-side'; // it has none, and our relay does not reach it
}
