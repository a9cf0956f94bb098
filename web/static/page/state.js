// What a call is called in words: a pure decision.

/**
 * @typedef {'connecting' | 'open' | 'gone'} ServerState gone until it is open again
 *
 * @typedef {object} Facts
 * @property {ServerState} server
 * @property {{ state: import('./link.js').LinkState } | null} link
 * @property {object | null} running a connection that carries the call
 * @property {boolean} absent
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
