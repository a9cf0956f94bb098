// The messages that need more than a line: what happened and what it means, what to
// do, and the buttons that do it, the likeliest first.

/**
 * @typedef {import('./language.js').Word} Word
 * @typedef {'try-again' | 'try-now' | 'join-without' | 'use-here' | 'start-sound' | 'reload' | 'test' | 'copy-report' | 'close'} Action
 * @typedef {keyof typeof notices} Notice
 *
 * @typedef {object} NoticeParts
 * @property {Word} title
 * @property {Word} text
 * @property {Word[]} steps
 * @property {Action[]} actions
 */

/**
 * @param {Word} title
 * @param {Word} text
 * @param {Word[]} steps
 * @param {Action[]} actions
 * @returns {NoticeParts}
 */
const notice = (title, text, steps, ...actions) => ({ title, text, steps, actions });

export const notices = {
  'insecure': notice('insecure-title', 'insecure-text',
    ['insecure-step-https', 'insecure-step-local', 'insecure-step-flag', 'insecure-step-without'], 'join-without'),
  'denied': notice('denied-title', 'denied-text', ['denied-step-site', 'denied-step-system'], 'try-again', 'join-without'),
  'missing': notice('missing-title', 'missing-text', ['missing-step-plug', 'missing-step-without'], 'try-again', 'join-without'),
  'missing-camera': notice('missing-camera-title', 'missing-text', ['missing-step-plug', 'missing-step-without'], 'try-again', 'join-without'),
  'missing-microphone': notice('missing-microphone-title', 'missing-text', ['missing-step-plug', 'missing-step-without'], 'try-again', 'join-without'),
  'busy': notice('busy-title', 'busy-text', ['busy-step-close', 'busy-step-replug'], 'try-again', 'join-without'),
  'broken': notice('broken-title', 'broken-text', ['broken-step-reload'], 'try-again', 'join-without'),
  'lost-camera': notice('lost-camera-title', 'lost-text', ['lost-step-again'], 'close'),
  'lost-microphone': notice('lost-microphone-title', 'lost-text', ['lost-step-again'], 'close'),
  'share-failed': notice('share-failed-title', 'broken-text', [], 'close'),
  'room-full': notice('room-full-title', 'room-full-text', ['room-full-step-wait'], 'try-again'),
  'taken-over': notice('taken-over-title', 'taken-over-text', ['taken-over-step-other'], 'use-here'),
  'room-closed': notice('room-closed-title', 'room-closed-text', [], 'try-again'),
  'uninvited': notice('uninvited-title', 'uninvited-text', ['uninvited-step-link', 'uninvited-step-operator'], 'close'),
  'invite-ended': notice('invite-ended-title', 'invite-ended-text', ['invite-ended-step'], 'close'),
  'too-many-guesses': notice('too-many-guesses-title', 'too-many-guesses-text', [], 'close'),
  'unavailable': notice('unavailable-title', 'unavailable-text', [], 'try-again'),
  'refused': notice('refused-title', 'refused-text', ['refused-step-again'], 'try-again'),
  'gone': notice('gone-title', 'gone-text', ['gone-step-network', 'gone-step-server'], 'try-now', 'test'),
  'failed': notice('failed-title', 'failed-text', ['failed-step-firewall', 'failed-step-network'], 'try-again', 'copy-report', 'test'),
  'broken-off': notice('broken-off-title', 'verdict-lost', ['verdict-do-wait'], 'try-again', 'copy-report', 'test'),
  'uncopied': notice('uncopied-title', 'uncopied-text', [], 'close'),
  'part-missed': notice('part-missed-title', 'part-missed-text', [], 'reload', 'close'),
  'sound': notice('sound-title', 'sound-text', [], 'start-sound'),
};

/**
 * What went wrong with a call, and what to do.
 * @type {Record<import('./verdict.js').Verdict, [Word, Word[]]>}
 */
const verdicts = {
  'ok': ['failed-text', ['failed-step-firewall', 'failed-step-network']],
  'lost': ['verdict-lost', ['verdict-do-wait']],
  'server-gone': ['verdict-server-gone', ['verdict-do-server']],
  'no-answer': ['verdict-no-answer', ['verdict-do-other']],
  'no-list': ['verdict-no-list', ['verdict-do-operator-turn']],
  'no-candidates': ['verdict-no-candidates', ['verdict-do-browser']],
  'credential-expired': ['verdict-credential-expired', ['verdict-do-clock']],
  'credential-refused': ['verdict-credential-refused', ['verdict-do-operator-secret']],
  'relay-full': ['verdict-relay-full', ['verdict-do-later']],
  'relay-refused': ['verdict-relay-refused', ['verdict-do-operator']],
  'relay-unreachable': ['verdict-relay-unreachable', ['failed-step-firewall', 'failed-step-network']],
  'peer-denied': ['verdict-peer-denied', ['verdict-do-operator-peers']],
  'other-side': ['verdict-other-side', ['verdict-do-other-network']],
  'relay-ports': ['verdict-relay-ports', ['verdict-do-operator-ports']],
  'no-way': ['verdict-no-way', ['failed-step-firewall', 'failed-step-network']],
  'handshake': ['verdict-handshake', ['verdict-do-other']],
  'unknown': ['failed-text', ['failed-step-firewall', 'failed-step-network']],
};

/**
 * @param {import('./verdict.js').Verdict} verdict
 * @param {boolean} ran whether the call was connected before; then it is still tried
 * @returns {NoticeParts}
 */
export function noticeOf(verdict, ran) {
  const [text, steps] = verdicts[verdict];
  return notice(ran ? 'broken-off-title' : 'failed-title', text, steps, 'try-again', 'copy-report', 'test');
}
