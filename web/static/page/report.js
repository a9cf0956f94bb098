// What is told of a call when it is over: a few fixed words to the server, and, if
// somebody asks for it, all that is known to whoever is to help. Neither holds a name, a
// room, a description of the session or an address of this device.

/**
 * @typedef {typeof OUTCOMES[number]} Outcome
 * @typedef {import('./verdict.js').Verdict} Verdict
 * @typedef {import('./stats.js').Figures} Figures
 *
 * @typedef {object} Told
 * @property {Outcome} outcome
 * @property {typeof PAIRS[number]} pair
 * @property {typeof TRANSPORTS[number]} transport
 * @property {number} connectMs until media ran; 0: it never did
 * @property {Verdict} verdict
 */

// The server takes these words and no others (web/report.go).
export const OUTCOMES = /** @type {const} */ (['connected', 'lost', 'failed', 'abandoned']);
export const PAIRS = /** @type {const} */ (['host', 'reflexive', 'relay', 'none']);
export const TRANSPORTS = /** @type {const} */ (['udp', 'tcp', 'tls', 'none']);

const LONGEST = 600_000; // ms

/**
 * @param {{ outcome: Outcome, verdict: Verdict, took: number | null, pair: Figures['pair'] }} call
 * @returns {Told}
 */
export function toldOf({ outcome, verdict, took, pair }) {
  return {
    outcome, verdict,
    pair: pair?.way ?? 'none',
    transport: pair?.transport ?? 'none',
    connectMs: Math.min(took === null ? 0 : Math.max(1, Math.round(took)), LONGEST),
  };
}

/** Tells the server; it outlives the page, which may be about to close.
 * @param {Told} told
 */
export function tell(told) {
  navigator.sendBeacon?.('/api/report', new Blob([JSON.stringify(told)], { type: 'application/json' }));
}

const FORMAT = 1; // changes when something that was there is gone or means something else

/**
 * The report to copy.
 * @param {object} parts
 * @param {Told} parts.told
 * @param {import('./verdict.js').Facts} parts.facts
 * @param {string[]} parts.urls of STUN and TURN
 * @param {Figures | null} parts.figures the last there were
 * @param {{ page: string, userAgent: string, language: string, at: Date }} parts.circumstances
 */
export function reportOf({ told, facts, urls, figures, circumstances: { page, userAgent, language, at } }) {
  const { server, ran, evidence, view } = facts;
  return {
    report: 'zerortc-call',
    format: FORMAT,
    at: at.toISOString(),
    page, userAgent, language,
    ...told,
    urls,
    signaling: server,
    ran,
    candidates: { ours: [...evidence.local], theirs: [...evidence.remote] },
    answered: evidence.answered,
    reached: evidence.reached,
    errors: evidence.faults,
    server: view,
    last: figures,
  };
}
