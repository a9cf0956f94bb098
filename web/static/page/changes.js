// What changes with the others in a call, for those who do not see it.

import { announce } from './announce.js';

/** @typedef {import('./peer.js').Peer} Peer */

/** @type {Map<Peer, boolean>} whether somebody showed a screen when we looked last */
let before = new Map();

/** @param {Iterable<Peer>} peers who is there now */
export function announceChanges(peers) {
  const now = new Map([...peers].map((peer) => [peer, peer.told?.screen === true]));
  const people = String(now.size + 1);
  // That the first came or the last left is what the state says.
  if (before.size && now.size > before.size) announce('somebody-came', { people });
  if (now.size && now.size < before.size) announce('somebody-left', { people });
  for (const [peer, screen] of now) {
    if (screen !== (before.get(peer) ?? false)) announce(screen ? 'screen-shared' : 'screen-no-more');
  }
  before = now;
}
