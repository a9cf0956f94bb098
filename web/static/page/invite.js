// The invite that came with the link: the part of the address behind the #, which
// browsers send to no server. It is taken out of the address bar, where others may
// read it, and kept for the life of the tab, so that a reload has it too.

import { recall, remember } from './store.js';

const KEY = 'invite';

/**
 * Takes the invite out of the address, if there is one, for the room of that address.
 * @param {string} room
 * @returns {boolean} whether there was one
 */
export function takeInvite(room) {
  const token = new URLSearchParams(location.hash.slice(1)).get('invite');
  if (!token) return false;
  remember('sessionStorage', KEY, JSON.stringify({ room, token }));
  history.replaceState(history.state, '', location.pathname + location.search);
  return true;
}

/** @returns {{ room: string, token: string } | null} the invite we came with */
export function keptInvite() {
  try {
    const { room, token } = JSON.parse(recall('sessionStorage', KEY) ?? '{}');
    return typeof room === 'string' && typeof token === 'string' ? { room, token } : null;
  } catch {
    return null;
  }
}

/**
 * @param {string} room
 * @returns {string | null} the invite to this room, if we have one
 */
export function inviteTo(room) {
  const kept = keptInvite();
  return kept?.room === room ? kept.token : null;
}

/**
 * What an invite says, which only the server can check.
 * @param {string | null} token
 * @returns {{ uid: string | null, ended: boolean }} the only name it is for, and whether it is too late
 */
export function readInvite(token) {
  try {
    const base64 = (token ?? '').split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const { uid, exp } = JSON.parse(new TextDecoder().decode(bytes));
    return { uid: typeof uid === 'string' && uid ? uid : null, ended: typeof exp === 'number' && exp * 1000 < Date.now() };
  } catch {
    return { uid: null, ended: false };
  }
}
