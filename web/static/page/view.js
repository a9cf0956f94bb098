// What is to be seen of one of the others: a pure decision.

import { isDark, wordOf } from './state.js';

/**
 * A word stands on a tile only beside others: where there are two, the state says it.
 * @param {import('./peer.js').Peer} peer
 * @param {boolean} beside whether there are more than this one
 * @returns {import('./tiles.js').View}
 */
export function viewOf(peer, beside) {
  // While one connection takes over from another its pictures come a moment later.
  const seen = [peer.running, peer.before].find((one) => one?.state === 'connected' && one.remote.getVideoTracks().length);
  const link = seen ?? peer.running ?? peer.link;
  const stream = link?.wasConnected && link.state !== 'failed' ? link.remote : null;
  const { told } = peer;
  return {
    stream, word: beside ? wordOf(peer) : null, blank: told?.camera === 'off' ? 'other-camera-off' : 'other-no-camera',
    picture: !isDark(told), screen: told?.screen, silent: told != null && told.microphone !== 'on',
  };
}
