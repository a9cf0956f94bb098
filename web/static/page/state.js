// What a call is called in words: a pure decision.

/**
 * @typedef {'connecting' | 'open' | 'gone'} ServerState gone until it is open again
 *
 * @typedef {object} Facts
 * @property {ServerState} server
 * @property {{ state: import('./link.js').LinkState } | null} link
 * @property {unknown} running whether any connection carries media
 * @property {boolean} absent whether nobody from whom media comes has the server
 * @property {boolean} left
 *
 * @typedef {'connecting' | 'server-gone' | 'waiting' | 'other-left' | 'calling' | 'in-call'
 *   | 'in-call-without-server' | 'in-call-other-away' | 'interrupted' | 'failed'} CallState
 */

/**
 * @param {Facts} facts
 * @returns {CallState}
 */
export function stateOf({ server, link, running, absent, left }) {
  if (running) {
    if (server !== 'open') return 'in-call-without-server';
    return absent ? 'in-call-other-away' : 'in-call';
  }
  if (server === 'gone') return 'server-gone';
  if (server === 'connecting') return 'connecting';
  switch (link?.state) {
    case 'connecting': return 'calling';
    case 'interrupted': return 'interrupted';
    case 'failed': return 'failed';
    default: return left ? 'other-left' : 'waiting';
  }
}

/**
 * What there is to say of one of several people; nothing while all is well.
 * @param {{ running: { remote: MediaStream } | null, absent: boolean, link: Facts['link'] }} peer
 * @returns {import('./language.js').Word | null}
 */
export function wordOf({ running, absent, link }) {
  if (running && absent) return 'tile-away';
  if (running) return running.remote.getVideoTracks().length ? null : 'tile-no-camera';
  switch (link?.state) {
    case 'interrupted': return 'tile-interrupted';
    case 'failed': return 'tile-failed';
    default: return 'tile-connecting';
  }
}
