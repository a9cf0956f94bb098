// What each check may find: a stable code, how it stands, what is said of it, and
// what to do. Codes are for reports and programs and never change; words may.

/**
 * @typedef {import('./language.js').Word} Word
 * @typedef {keyof typeof findings} Check
 * @typedef {'ok' | 'hint' | 'fault' | 'skipped'} Verdict as zerortc doctor has them: a
 *   hint works and is worth knowing, a fault does not work, skipped was not looked at
 * @typedef {'https' | 'trust'} Link where a remedy leads
 *
 * @typedef {object} Meaning
 * @property {Verdict} verdict
 * @property {Word} what
 * @property {Word | null} remedy
 * @property {Link | null} link
 *
 * @typedef {object} Finding what one check found
 * @property {Check} check
 * @property {string} code
 * @property {Facts} [facts]
 *
 * @typedef {Record<string, string | number>} Facts figures and names behind it
 * @typedef {'udp' | 'tcp' | 'tls'} Way by which TURN is reached
 */

/** @type {Way[]} the best first */
export const WAYS = ['udp', 'tcp', 'tls'];

/** @param {Word} what @returns {Meaning} */
const good = (what) => ({ verdict: 'ok', what, remedy: null, link: null });
/** @param {Word} what @param {Word} remedy @param {Link | null} [link] @returns {Meaning} */
const hint = (what, remedy, link = null) => ({ verdict: 'hint', what, remedy, link });
/** @param {Word} what @param {Word} remedy @param {Link | null} [link] @returns {Meaning} */
const fault = (what, remedy, link = null) => ({ verdict: 'fault', what, remedy, link });
/** @param {Word} what @returns {Meaning} */
const skipped = (what) => ({ verdict: 'skipped', what, remedy: null, link: null });

/** @param {Meaning} missing @param {Meaning} empty @param {Word} ok */
const device = (ok, missing, empty) => ({
  'ok': good(ok),
  'missing': missing,
  'no-signal': empty,
  'denied': fault('device-denied', 'device-denied-do'),
  'busy': fault('device-busy', 'device-busy-do'),
  'broken': fault('device-broken', 'device-broken-do'),
  'unanswered': hint('device-unanswered', 'device-unanswered-do'),
  'insecure': skipped('device-insecure'),
  'left-out': skipped('device-left-out'),
});

const noWebRTC = fault('no-webrtc', 'no-webrtc-do');

/** @param {Meaning} unreachable */
const turn = (unreachable) => ({
  'ok': good('turn-ok'),
  'unreachable': unreachable,
  'unauthorized': fault('turn-unauthorized', 'turn-unauthorized-do'),
  'full': fault('turn-full', 'turn-full-do'),
  'refused': fault('turn-refused', 'turn-refused-do'),
  'bad-url': fault('turn-bad-url', 'turn-bad-url-do'),
  'not-offered': fault('turn-not-offered', 'turn-not-offered-do'),
  'no-webrtc': noWebRTC,
  'no-list': skipped('no-list'),
});

const relay = {
  'ok': good('relay-ok'),
  'lossy': hint('relay-ok', 'relay-lossy-do'),
  'slow': hint('relay-ok', 'relay-slow-do'),
  'late': hint('relay-ok', 'relay-late-do'),
  'broke': fault('relay-broke', 'relay-broke-do'),
  'not-connected': fault('relay-not-connected', 'relay-not-connected-do'),
  'server-gone': fault('relay-server-gone', 'server-gone-do'),
  'no-turn': skipped('relay-no-turn'),
};

export const findings = {
  'secure-context': {
    'ok': good('secure-ok'),
    'has-https': fault('insecure', 'insecure-https-do', 'https'),
    'insecure': fault('insecure', 'insecure-do'),
  },
  'camera': device('camera-ok', fault('camera-missing', 'device-missing-do'), hint('camera-no-signal', 'camera-no-signal-do')),
  'microphone': {
    ...device('microphone-ok', fault('microphone-missing', 'device-missing-do'), hint('microphone-no-signal', 'microphone-no-signal-do')),
    'opened': good('microphone-opened'),
  },
  'websocket': {
    'ok': good('websocket-ok'),
    'classic': good('websocket-classic'),
    'blocked': fault('websocket-blocked', 'websocket-blocked-do', 'trust'),
    'server-gone': fault('server-gone', 'server-gone-do'),
    'refused': fault('websocket-refused', 'websocket-refused-do'),
    'no-pong': fault('websocket-no-pong', 'websocket-no-pong-do'),
  },
  'ice': {
    'ok': good('ice-ok'),
    'proof-needed': hint('ice-proof-needed', 'ice-proof-needed-do'),
    'not-allowed': hint('ice-not-allowed', 'ice-not-allowed-do'),
    'too-fast': fault('ice-too-fast', 'ice-too-fast-do'),
    'server-gone': fault('server-gone', 'server-gone-do'),
    'status': fault('ice-status', 'ice-status-do'),
    'unreadable': fault('ice-unreadable', 'ice-unreadable-do'),
    'empty': fault('ice-empty', 'ice-empty-do'),
    'nowhere': fault('ice-nowhere', 'ice-nowhere-do'),
    'expired': fault('ice-expired', 'ice-expired-do'),
  },
  'clock': {
    'ok': good('clock-ok'),
    'ahead': hint('clock-ahead', 'clock-do'),
    'behind': hint('clock-behind', 'clock-do'),
    'unknown': skipped('clock-unknown'),
  },
  'stun': {
    'ok': good('stun-ok'),
    'same-address': good('stun-same-address'),
    'unreachable': fault('stun-unreachable', 'udp-do'),
    'bad-url': fault('turn-bad-url', 'turn-bad-url-do'),
    'not-offered': skipped('stun-not-offered'),
    'no-webrtc': noWebRTC,
    'no-list': skipped('no-list'),
  },
  'turn-udp': turn(fault('turn-unreachable', 'udp-do')),
  'turn-tcp': turn(fault('turn-unreachable', 'tcp-do')),
  'turn-tls': {
    ...turn(fault('turn-unreachable', 'tcp-do')),
    'untrusted': fault('turn-untrusted', 'turn-untrusted-do', 'trust'),
    'not-offered': skipped('turn-tls-not-offered'),
  },
  'relay-udp': relay,
  'relay-tcp': relay,
  'relay-tls': relay,
};

/** The checks in the order in which they are read. */
export const CHECKS = /** @type {Check[]} */ (Object.keys(findings));

/**
 * @param {Finding} finding
 * @returns {Meaning}
 */
export function meaningOf({ check, code }) {
  const known = /** @type {Record<string, Meaning>} */ (findings[check]);
  return known[code];
}
