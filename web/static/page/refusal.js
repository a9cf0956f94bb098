// What to do when the server lets us not in, or not any longer: a pure decision.

/**
 * @typedef {import('./notices.js').Notice} Notice
 *
 * @typedef {object} Entry how we came
 * @property {boolean} invites whether the server asks for an invite
 * @property {boolean} pins whether rooms can have a PIN
 * @property {string | null} invite
 * @property {boolean} ended whether the invite says itself that it is too late
 */

/** @type {Map<string, Notice>} */
const NOTICES = new Map([
  ['room-full', 'room-full'],
  ['taken-over', 'taken-over'],
  ['room-closed', 'room-closed'],
  ['too-many-guesses', 'too-many-guesses'],
  ['too-many-joins', 'unavailable'],
  ['too-many-rooms', 'unavailable'],
  ['unavailable', 'unavailable'],
]);

/**
 * @param {string} reason the server's code
 * @param {Entry} entry
 * @returns {Notice | 'pin'} pin: ask for it
 */
export function answerTo(reason, { invites, pins, invite, ended }) {
  if (reason !== 'not-allowed') return NOTICES.get(reason) ?? 'refused';
  if (invites && ended) return 'invite-ended';
  return invites && !(invite && pins) ? 'uninvited' : 'pin';
}
