// What a connection showed of its search for a way: kinds and codes, and to itself the
// addresses that the other side told.

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
const MOST_TOLD = 256; // candidates; some 20 are usual

export class Evidence {
  /** @type {Set<Kind>} of ours */
  local = new Set();
  /** @type {Set<Kind>} of the other side's */
  remote = new Set();
  /** @type {Fault[]} the same one is noted once */
  faults = [];
  begun = false; // the browser made us a connection at all
  answered = false; // the other side described itself
  gathered = false; // the browser has asked all servers
  reached = false; // ICE found a way, whatever came then
  /** @type {Map<string, Kind>} by address and port */
  #theirs = new Map();

  /** @param {string} candidate */
  found(candidate) {
    const { kind } = partsOf(candidate);
    if (kind) this.local.add(kind);
  }

  /** @param {string} candidate */
  told(candidate) {
    const { kind, at } = partsOf(candidate);
    if (!kind) return;
    this.remote.add(kind);
    if (this.#theirs.size < MOST_TOLD) this.#theirs.set(at, kind);
  }

  /**
   * What the other side said of an address of its own. A browser that first heard from
   * there by a check knows it as "prflx" only, be it a relay's.
   * @param {string | undefined} address
   * @param {number | undefined} port
   * @returns {Kind | null}
   */
  kindAt(address, port) { return this.#theirs.get(`${address} ${port}`) ?? null; }

  /** @param {{ url?: string | null, errorCode: number }} event */
  failed({ url, errorCode: code }) {
    const way = wayOf(url ?? '') ?? 'stun';
    if (this.faults.length >= MOST_FAULTS || this.faults.some((fault) => fault.way === way && fault.code === code)) return;
    this.faults.push({ way, code });
  }
}

/**
 * The kind and the place of a candidate (RFC 8839 section 5.1).
 * @param {string} candidate
 * @returns {{ kind: Kind | null, at: string }}
 */
function partsOf(candidate) {
  const [, at = '', kind = null] = /^(?:\S+ ){4}(\S+ \d+) typ (host|srflx|prflx|relay)\b/.exec(candidate) ?? [];
  return { kind: /** @type {Kind | null} */ (kind), at };
}
