// What a call is called in words: a pure decision.

/**
 * @typedef {'connecting' | 'open' | 'gone'} ServerState gone until it is open again
 *
 * @typedef {object} Facts
 * @property {ServerState} server
 * @property {{ state: import('./link.js').LinkState, wasConnected: boolean } | null} link
 * @property {unknown} running whether any connection carries media
 * @property {boolean} absent whether nobody from whom media comes has the server
 * @property {boolean} quiet whether nothing comes over any of the connections
 * @property {boolean} left
 *
 * @typedef {'connecting' | 'server-gone' | 'waiting' | 'other-left' | 'calling' | 'in-call'
 *   | 'in-call-without-server' | 'in-call-other-away' | 'in-call-other-quiet' | 'interrupted' | 'failed'} CallState
 */

/**
 * @param {Facts} facts
 * @returns {CallState}
 */
export function stateOf({ server, link, running, absent, quiet, left }) {
  if (running) {
    if (server !== 'open') return 'in-call-without-server';
    if (absent) return 'in-call-other-away';
    return quiet ? 'in-call-other-quiet' : 'in-call';
  }
  if (server === 'gone') return 'server-gone';
  if (server === 'connecting') return 'connecting';
  switch (link?.state) {
    case 'connecting': return 'calling';
    case 'interrupted': return 'interrupted';
    case 'failed': return link.wasConnected ? 'interrupted' : 'failed'; // which looks for a new way
    default: return left ? 'other-left' : 'waiting';
  }
}

/**
 * What there is to say of one of several people; nothing while all is well.
 * @param {{ running: { remote: MediaStream } | null, told?: import('./messages.js').About | null, absent: boolean, quiet: boolean, link: Facts['link'] }} peer
 * @returns {import('./language.js').Word | null}
 */
export function wordOf({ running, told, absent, quiet, link }) {
  if (running && absent) return 'tile-away';
  if (running && quiet) return 'tile-quiet';
  if (running && isDark(told)) return told?.camera === 'off' ? 'tile-camera-off' : 'tile-no-camera';
  if (running) return running.remote.getVideoTracks().length ? null : 'tile-no-camera';
  switch (link?.state) {
    case 'interrupted': return 'tile-interrupted';
    case 'failed': return link.wasConnected ? 'tile-interrupted' : 'tile-failed';
    default: return 'tile-connecting';
  }
}

/**
 * Whether somebody tells that they show nothing: then what is left of the picture is
 * an old one.
 * @param {import('./messages.js').About | null} [told]
 */
export const isDark = (told) => told != null && told.camera !== 'on' && !told.screen;
