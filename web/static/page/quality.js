// How the connections are, looked at once a second: figures for those who want them,
// a level for everybody, and what follows from them for what we send.

import { START, steer, STEPS } from './adapt.js';
import { figuresBetween, levelOf, snapshotOf } from './stats.js';

/**
 * @typedef {import('./signaling.js').Uid} Uid
 * @typedef {import('./peer.js').Peer} Peer
 * @typedef {import('./link.js').Link} Link
 * @typedef {import('./stats.js').Figures} Figures
 * @typedef {import('./stats.js').Level} Level
 */

const EVERY = 1000; // ms
const KEPT = 60; // figures: a minute
const QUIET_AFTER = 5000; // ms; a picture that stands still for so long is missed

/** One person's connection over time. */
export class Watch {
  /** @type {Figures[]} the newest last */
  history = [];
  course = START;
  quiet = false;
  /** @type {Link | null} */
  #link = null;
  /** @type {import('./stats.js').Snapshot | null} */
  #last = null;
  #heard = 0; // ms; when something came last; 0: nothing yet

  /** @returns {Figures | null} the newest */
  get figures() { return this.history.at(-1) ?? null; }

  /** @returns {Level | null} */
  get level() { return this.figures && (this.quiet ? 'poor' : levelOf(this.figures)); }

  /** How far what we send is reduced. */
  get step() { return STEPS[this.course.step]; }

  /** @param {Link} link that carries the call now */
  async look(link) {
    const report = await link.stats();
    if (!report || link.state !== 'connected') return;
    const now = snapshotOf(report.values(), performance.now(), (address, port) => link.evidence.kindAt(address, port));
    if (link !== this.#link) this.#begin(link);
    const before = this.#last ?? now;
    this.#last = now;
    if (now.came.bytes > before.came.bytes || !link.expects) this.#heard = now.at;
    this.quiet = this.#heard > 0 && now.at - this.#heard > QUIET_AFTER;
    const figures = figuresBetween(before, now);
    this.history.push(figures);
    if (this.history.length > KEPT) this.history.shift();
    await this.#steer(link, figures.lossOut, now.at);
  }

  /** @param {Link} link */
  #begin(link) {
    this.#link = link;
    this.#last = null;
    this.#heard = 0;
    this.course = START; // a new connection has a new sender, which is not reduced
  }

  /**
   * @param {Link} link
   * @param {number | null} loss
   * @param {number} at
   */
  async #steer(link, loss, at) {
    const before = this.course.step;
    this.course = steer(this.course, loss, at);
    if (this.course.step !== before && link.pictures) await reduce(link.pictures, this.step);
  }
}

/**
 * @param {RTCRtpSender} sender
 * @param {import('./adapt.js').Step} step
 */
async function reduce(sender, { kbps, scale }) {
  const parameters = sender.getParameters();
  if (!parameters.encodings?.length) parameters.encodings = [{}]; // Firefox before 110
  for (const encoding of parameters.encodings) {
    encoding.scaleResolutionDownBy = scale;
    if (kbps) encoding.maxBitrate = 1000 * kbps;
    else delete encoding.maxBitrate;
  }
  await sender.setParameters(parameters).catch((error) => console.info('the browser keeps its rate:', error.message));
}

export class Quality {
  /** @type {Map<Uid, Watch>} */
  #watches = new Map();
  #peers;
  #changed;
  #timer;
  #looking = false;

  /**
   * @param {() => Iterable<Peer>} peers
   * @param {() => void} changed there are new figures
   */
  constructor(peers, changed) {
    this.#peers = peers;
    this.#changed = changed;
    this.#timer = setInterval(() => this.look(), EVERY);
  }

  /**
   * @param {Uid} uid
   * @returns {Watch | null}
   */
  of(uid) { return this.#watches.get(uid) ?? null; }

  /** @returns {Figures | null} of whoever was looked at last */
  get any() { return [...this.#watches.values()].map((watch) => watch.figures).filter((figures) => figures !== null).at(-1) ?? null; }

  async look() {
    if (this.#looking) return; // the browser takes its time
    const peers = [...this.#peers()];
    if (peers.length === 0) return; // how it was with the last one stays known
    for (const uid of this.#watches.keys()) {
      if (!peers.some((peer) => peer.uid === uid)) this.#watches.delete(uid);
    }
    this.#looking = true;
    try {
      await Promise.all(peers.map((peer) => this.#lookAt(peer)));
    } finally {
      this.#looking = false;
    }
    this.#changed();
  }

  close() {
    clearInterval(this.#timer);
    this.#changed = () => {};
  }

  /** @param {Peer} peer */
  async #lookAt(peer) {
    const link = peer.running;
    if (!link) return;
    const watch = this.#watches.get(peer.uid) ?? new Watch();
    this.#watches.set(peer.uid, watch);
    await watch.look(link).catch(() => {}); // closed meanwhile
    peer.quiet = watch.quiet && link === peer.running;
  }
}
