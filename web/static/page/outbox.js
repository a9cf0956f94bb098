// What is on its way to the server, which shows out who says more to it, at once or in
// the long run, than it told in its welcome (signaling/PROTOCOL.md). What is beyond
// waits here. Others in the room can make us say much, so the wait has an end too.

import { Pace } from './pace.js';

/**
 * @typedef {import('./socket.js').Frame} Frame
 *
 * @typedef {object} Limits those of a welcome; 0: none
 * @property {number} [framesBurst]
 * @property {number} [framesPerSecond]
 *
 * @typedef {object} Clock
 * @property {() => number} now in ms
 * @property {(ms: number, what: () => void) => unknown} after
 */

const SHARE = 0.8; // of what the server allows: frames that a network held up come together
const BURST = 200; // of a server that tells nothing
const PER_SECOND = 50;
const NO_LIMIT = 1e6;
const MOST_WAITING = 1024; // frames; to meet fifteen people at once takes some 300

/** @type {Clock} */
const CLOCK = { now: () => performance.now(), after: (ms, what) => setTimeout(what, ms) };

export class Outbox {
  #write;
  #clock;
  #pace = new Pace(SHARE * BURST, SHARE * PER_SECOND);
  #between = 0; // ms, from one frame to the next once they wait
  /** @type {Frame[]} */
  #waiting = [];
  #woken = false; // by the clock, some time

  /**
   * @param {(frame: Frame) => void} write
   * @param {Clock} [clock]
   */
  constructor(write, clock = CLOCK) {
    this.#write = write;
    this.#clock = clock;
    this.begin();
  }

  /** Nothing was said yet over the connection that stands, and what waited is void. */
  begin() {
    this.#waiting = [];
    this.measure({});
  }

  /** @param {Limits} limits of the server, before anything was said to it */
  measure({ framesBurst = BURST, framesPerSecond = PER_SECOND }) {
    const perSecond = SHARE * (framesPerSecond || NO_LIMIT);
    this.#pace = new Pace(Math.max(1, SHARE * (framesBurst || NO_LIMIT)), perSecond);
    this.#between = 1000 / perSecond;
  }

  /**
   * Says it as soon as it may be said, in order.
   * @param {Frame} frame
   * @returns {boolean} false: it will not be said, for too much waits. What is for the
   *   server itself always will.
   */
  add(frame) {
    if (this.#waiting.length >= MOST_WAITING && frame.remoteUid !== undefined) return false;
    this.#waiting.push(frame);
    if (!this.#woken) this.#say();
    return true;
  }

  /**
   * Says it at once; it counts all the same.
   * @param {Frame} frame
   */
  addFirst(frame) {
    this.#pace.take(this.#clock.now());
    this.#write(frame);
  }

  /**
   * What waits for somebody is not to be said any more.
   * @param {unknown} uid
   */
  forget(uid) {
    this.#waiting = this.#waiting.filter(({ remoteUid }) => remoteUid !== uid);
  }

  #say() {
    this.#woken = false;
    while (this.#waiting.length && this.#pace.take(this.#clock.now())) {
      this.#write(/** @type {Frame} */ (this.#waiting.shift()));
    }
    if (!this.#waiting.length) return;
    this.#woken = true;
    this.#clock.after(this.#between, () => this.#say());
  }
}
