// What a connection showed of its search for a way: kinds and codes, never an address.

import { wayOf } from './turn.js';

/**
 * @typedef {import('./turn.js').Way} Way
 *
 * @typedef {'host' | 'srflx' | 'prflx' | 'relay'} Kind of a candidate (RFC 8445 section 4)
 *
 * @typedef {object} Fault what a STUN or TURN server, or the way to it, came to
 * @property {Way | 'stun'} way
 * @property {number} code of STUN (RFC 8489 section 14.8), or 701
 */

const MOST_FAULTS = 20;

export class Evidence {
  /** @type {Set<Kind>} of ours */
  local = new Set();
  /** @type {Set<Kind>} of the other side's */
  remote = new Set();
  /** @type {Fault[]} the same one is noted once */
  faults = [];
  answered = false; // the other side described itself
  gathered = false; // the browser has asked all servers
  reached = false; // ICE found a way, whatever came then

  /** @param {string} candidate */
  found(candidate) { note(this.local, candidate); }

  /** @param {string} candidate */
  told(candidate) { note(this.remote, candidate); }

  /** @param {{ url?: string | null, errorCode: number }} event */
  failed({ url, errorCode: code }) {
    const way = wayOf(url ?? '') ?? 'stun';
    if (this.faults.length >= MOST_FAULTS || this.faults.some((fault) => fault.way === way && fault.code === code)) return;
    this.faults.push({ way, code });
  }
}

/**
 * @param {Set<Kind>} kinds
 * @param {string} candidate
 */
function note(kinds, candidate) {
  const kind = / typ (host|srflx|prflx|relay)\b/.exec(candidate)?.[1];
  if (kind) kinds.add(/** @type {Kind} */ (kind));
}
