// A file on its way in from one other person. It is whole when as many bytes have come
// as were announced and all of them are stored; one byte more, and it is none.

import { WORD_WITHIN } from './departure.js';

const MOST_WAITING = 32 * 1024 * 1024; // bytes that came and are not yet stored; who sends keeps to far less
const TELL_EACH = 512 * 1024; // bytes
const LEAST_PIECE = 1024; // bytes on average, who sends keeps to far more; each piece costs memory beside its bytes
const SMALL_PIECES = 1024; // so many may be smaller

/**
 * @typedef {import('./filestore.js').Store} Store
 *
 * @typedef {object} ArrivalParts
 * @property {(bytes: number) => void} moved so many are stored, and not yet all
 * @property {() => void} done
 * @property {(reason: 'unwritable' | 'broken') => void} failed
 */

export class Arrival {
  #size;
  #store;
  #parts;
  /** @type {RTCDataChannel | null} until the other opens it */
  #channel = null;
  #came = 0;
  #pieces = 0;
  #stored = 0;
  #told = 0;
  #over = false;
  #work = Promise.resolve();

  /**
   * @param {number} size
   * @param {Store} store
   * @param {ArrivalParts} parts
   */
  constructor(size, store, parts) {
    this.#size = size;
    this.#store = store;
    this.#parts = parts;
  }

  /**
   * @param {RTCDataChannel} channel
   * @returns {boolean} whether it is awaited
   */
  from(channel) {
    if (this.#over || this.#channel) return false;
    this.#channel = channel;
    channel.binaryType = 'arraybuffer';
    channel.onmessage = ({ data }) => this.#take(data);
    channel.onclose = channel.onerror = () => this.look();
    if (this.#size === 0) this.#finish();
    return true;
  }

  /** Whether the other has not begun. */
  get waits() { return this.#channel === null; }

  /** A connection that is closed from here tells its channels nothing, so it is asked. */
  look() {
    if (!this.#channel || !['closing', 'closed'].includes(this.#channel.readyState)) return;
    setTimeout(() => { if (this.#came < this.#size) this.#fail('broken'); }, WORD_WITHIN);
  }

  stop() {
    if (this.#over) return;
    this.#over = true;
    this.#channel?.close();
  }

  /** @param {unknown} data */
  #take(data) {
    if (this.#over) return this.#channel?.close();
    if (!(data instanceof ArrayBuffer)) return this.#fail('broken');
    this.#came += data.byteLength;
    if (this.#came > this.#size || this.#came - this.#stored > MOST_WAITING) return this.#fail('broken');
    if (++this.#pieces > SMALL_PIECES + this.#came / LEAST_PIECE) return this.#fail('broken');
    this.#next(async () => {
      await this.#store.write(data);
      this.#stored += data.byteLength;
      if (this.#stored - this.#told < TELL_EACH || this.#stored === this.#size) return;
      this.#told = this.#stored;
      this.#parts.moved(this.#stored);
    });
    if (this.#came === this.#size && data.byteLength) this.#finish();
  }

  /** What came after the last byte was told of fails it still, until it is stored. */
  #finish() {
    this.#next(async () => {
      await this.#store.finish();
      if (this.#over) return;
      this.#over = true;
      this.#parts.done();
    });
  }

  /** @param {() => Promise<void>} step */
  #next(step) {
    this.#work = this.#work.then(async () => {
      if (!this.#over) await step();
    }).catch(() => this.#fail('unwritable'));
  }

  /** @param {'unwritable' | 'broken'} reason */
  #fail(reason) {
    if (this.#over) return;
    this.stop();
    this.#parts.failed(reason);
  }
}
