// The right to the list of TURN servers, where only invited people have it.

import { keptInvite, readInvite } from '../page/invite.js';
import { nameIn } from '../page/room.js';

/**
 * What an invite link holds, or null if the text is none.
 * @param {string} link https://HOST/room/NAME#invite=TOKEN
 * @returns {import('./ice.js').Invited | null}
 */
export function invitedBy(link) {
  let url;
  try {
    url = new URL(link.trim());
  } catch {
    return null;
  }
  const room = nameIn(url.pathname);
  const invite = new URLSearchParams(url.hash.slice(1)).get('invite');
  return room && invite ? claim(room, invite) : null;
}

/** The invite with which this tab came to the call page, if it did. */
export function ownInvite() {
  const kept = keptInvite();
  return kept && claim(kept.room, kept.token);
}

/**
 * @param {string} room
 * @param {string} invite
 */
function claim(room, invite) {
  const { uid } = readInvite(invite);
  return { room, invite, ...uid && { uid } };
}
