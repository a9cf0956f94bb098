// One other person in the room, from when we hear of them until they are gone for
// good: the connection that carries the call with them, and for a moment two.
//
// A connection lives as long as media gets through, not as long as the server says
// that the other is there. If the server announces somebody anew with whom we talk (it
// was restarted, or the other one came back too late), a second connection is made
// beside the first, and the first is closed soon after the second stands.

import { Link } from './link.js';
import { Pace } from './pace.js';
import { Recovery } from './recovery.js';

/**
 * @typedef {import('./signaling.js').Uid} Uid
 *
 * @typedef {object} PeerParts
 * @property {import('./outgoing.js').Outgoing} own
 * @property {() => Promise<RTCConfiguration>} config
 * @property {() => Promise<RTCConfiguration>} fresh one with new credentials
 * @property {() => boolean} online whether we have the server
 * @property {() => boolean} insists whether a connection that never ran is tried again
 * @property {(peer: Uid, cmd: string, msg: object) => boolean} tell
 * @property {() => void} changed
 * @property {(peer: Peer, message: import('./messages.js').Message) => void} heard from page to page
 * @property {(peer: Peer, channel: RTCDataChannel) => void} file
 * @property {(peer: Peer) => void} gone
 */

const AWAY_AFTER = 1000; // ms; who hangs up is gone by then
// Each offer costs an answer and all our candidates anew, and the server shows out who
// says too much. Of those beyond this the other side makes another one later.
const OFFERS = 10;
const OFFERS_PER_SECOND = 0.5;

const HANDOVER = 1000; // ms; for the other side the new connection stands a little later

export class Peer {
  uid;
  /** @type {Link | null} the newest connection */
  link = null;
  /** @type {Link | null} an older one that still runs */
  before = null;
  left = false; // the server says so, and media still comes
  away = false; // the other has lost the server for the moment
  offers = false; // we make the offers
  quiet = false; // the connection stands, and nothing comes over it
  #parts;
  #pace = new Pace(OFFERS, OFFERS_PER_SECOND);
  #recovery = new Recovery({
    reachable: () => this.#parts.online() && !this.absent && this.link !== null,
    insists: () => this.offers && this.#parts.insists(), // only who offered can offer anew
    restart: () => this.link?.restart(this.#parts.fresh()),
  });

  /**
   * @param {Uid} uid
   * @param {PeerParts} parts
   */
  constructor(uid, parts) {
    this.uid = uid;
    this.#parts = parts;
  }

  /** The connection that carries the call now. */
  get running() {
    return [this.link, this.before].find((link) => link?.state === 'connected') ?? null;
  }

  /** What pages say to each other goes over this; null if there is none yet. */
  get channel() { return (this.running ?? this.link)?.channel ?? null; }

  /** What the other told of its camera and microphone; null if it tells nothing. */
  get told() { return this.channel?.told ?? null; }

  /** Whether the other cannot be reached through the server. */
  get absent() { return this.left || this.away; }

  /**
   * Makes a connection.
   * @param {boolean} offers whether the offer is ours to make
   */
  start(offers) {
    const running = this.running;
    this.drop(running);
    this.before = running;
    this.left = this.away = this.quiet = false;
    this.offers = offers;
    this.#recovery.rest();
    const { config, own, tell } = this.#parts;
    /** @type {Link} */
    const made = this.link = new Link({
      own, offers, config: config(),
      tell: (cmd, msg) => this.link !== made || tell(this.uid, cmd, msg), // what one before says would be taken for ours
      changed: (which) => this.#linkChanged(which),
      heard: (message) => this.#parts.heard(this, message),
      file: (channel) => this.#parts.file(this, channel),
    });
    if (offers) this.link.offer();
    this.#parts.changed();
  }

  /** @param {import('./socket.js').Frame} frame */
  take(frame) {
    if (frame.cmd === 'offer' && !this.#pace.take(performance.now())) return;
    this.link?.take(frame);
  }

  /** Our network is another one: looks for a new way at once. */
  restart() {
    const { link } = this;
    if (link?.wasConnected || link?.state === 'failed' && this.offers && this.#parts.insists()) this.#recovery.now();
  }

  /** The server was gone for one of us, and with it maybe what was said last. */
  again() {
    if (this.link?.offering || this.offers && this.link?.state === 'connecting') this.link.again();
    this.#recovery.catchUp();
  }

  /** @param {RTCConfiguration} config */
  configure(config) {
    for (const link of [this.link, this.before]) link?.configure(config);
  }

  /** The other one left, or only lost the server for long: then media still comes. */
  leave() {
    const { running } = this;
    this.drop(running);
    if (!running) return this.#gone();
    this.link = running;
    this.left = true;
    setTimeout(() => this.#parts.changed(), AWAY_AFTER);
  }

  /** @param {boolean} away */
  setAway(away) {
    this.away = away;
    setTimeout(() => this.#parts.changed(), away ? AWAY_AFTER : 0); // most are back at once
  }

  /** Ends all of it; nobody is told any more. */
  close() {
    this.#parts = { ...this.#parts, changed() {}, heard() {}, file() {}, gone() {} };
    this.#recovery.rest();
    this.drop();
  }

  /**
   * Closes every connection but one.
   * @param {Link | null} [kept]
   */
  drop(kept = null) {
    for (const link of [this.link, this.before]) if (link !== kept) link?.close();
    if (this.link !== kept) this.link = null;
    this.before = null;
  }

  /** @param {Link} link */
  #linkChanged(link) {
    if (link === this.before) {
      if (link.state !== 'connected') this.drop(this.link);
    } else if (link.state === 'connected') {
      if (this.before) setTimeout(() => { if (this.link === link) this.drop(link); }, HANDOVER);
    } else if (link.state === 'closed' || this.left && link.state !== 'connecting') {
      return this.#gone();
    }
    if (link === this.link) this.#recovery.look(link, this.offers);
    this.#parts.changed();
  }

  #gone() {
    const { gone } = this.#parts;
    this.close();
    gone(this);
  }
}
