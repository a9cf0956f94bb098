// What this tab remembers over a reload: who we are, and the call we are in.
//
// A duplicated tab gets a copy of all this. It becomes the same person to the
// server, which gives it the seat and tells the first tab "taken-over".

import { recall, remember } from './store.js';

/**
 * @typedef {object} Seat the call we are in
 * @property {string} room
 * @property {import('./media.js').Wish} wish
 * @property {boolean} muted a reload must not open a microphone that was off
 * @property {boolean} cameraOff
 * @property {string | null} pin that the room is entered with
 */

/** Our name towards the server, random, the same for the tab's life. */
export function myUid() {
  let uid = recall('sessionStorage', 'uid');
  if (!uid) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    uid = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    remember('sessionStorage', 'uid', uid);
  }
  return uid;
}

/** @param {Seat | null} seat null when we left */
export function keepSeat(seat) {
  remember('sessionStorage', 'seat', seat && JSON.stringify(seat));
}

/**
 * The call to come back to: only a reload of the call does so by itself. A copy of the
 * tab, or a tab from yesterday that the browser opens again, shows no camera to anybody
 * unasked, nor when it is reloaded after: whoever came another way forgets the seat.
 * @returns {Seat | null}
 */
export function seatToTakeBack() {
  const [navigation] = performance.getEntriesByType('navigation');
  if (!(navigation instanceof PerformanceNavigationTiming) || navigation.type !== 'reload') keepSeat(null);
  const text = recall('sessionStorage', 'seat');
  if (!text) return null;
  try {
    const { room, wish, muted, cameraOff, pin } = JSON.parse(text);
    if (typeof room !== 'string') return null;
    return {
      room, wish: wish === 'any' ? 'any' : 'all', muted: Boolean(muted), cameraOff: Boolean(cameraOff),
      pin: typeof pin === 'string' ? pin : null,
    };
  } catch {
    return null;
  }
}
