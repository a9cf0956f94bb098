// A file on its way out to one other person, over a channel of its own. It is read
// piece by piece, and never runs far ahead: neither of what the browser has sent nor
// of what the other has stored.

const CHUNK = 16 * 1024; // bytes of a message; every browser takes it (RFC 8831 section 6.6)
const BLOCK = 16 * CHUNK; // bytes read at once
const MOST_WAITING = 1024 * 1024; // bytes given to the browser and not yet sent
const MOST_AHEAD = 8 * 1024 * 1024; // bytes sent and not yet stored
const LEAST_STEP = 64 * 1024; // bytes; who stores less tells nothing new, but for the end
export const WORD_WITHIN = 2000; // ms; why a channel was closed is told over another one, for which both sides wait

/**
 * @typedef {object} DepartureParts
 * @property {(bytes: number) => void} moved so many the other has
 * @property {(reason: 'unreadable' | 'broken') => void} failed
 */

export class Departure {
  #file;
  #channel;
  #parts;
  #sent = 0;
  #got = 0;
  #over = false;
  #wake = () => {};

  /**
   * @param {File} file
   * @param {RTCDataChannel} channel
   * @param {DepartureParts} parts
   */
  constructor(file, channel, parts) {
    this.#file = file;
    this.#channel = channel;
    this.#parts = parts;
    channel.bufferedAmountLowThreshold = MOST_WAITING / 4;
    channel.onopen = channel.onbufferedamountlow = () => this.#wake();
    channel.onclose = channel.onerror = () => this.look();
    this.#run();
  }

  /**
   * The other told how much it has.
   * @param {number} bytes
   * @returns {boolean} whether that is all
   */
  got(bytes) {
    const all = bytes === this.#file.size;
    if (this.#over || bytes > this.#sent) return false; // it has not: we know better
    if (!all && bytes < this.#got + LEAST_STEP) return false;
    this.#got = bytes;
    this.#parts.moved(bytes);
    this.#wake();
    return all;
  }

  /** Whether all of it was sent; the other may have it, though we have not heard so. */
  get spent() { return this.#sent === this.#file.size; }

  /** A connection that is closed from here tells its channels nothing. */
  look() {
    if (!['closing', 'closed'].includes(this.#channel.readyState)) return;
    setTimeout(() => this.#fail('broken'), WORD_WITHIN);
  }

  stop() {
    this.#over = true;
    this.#wake();
    this.#channel.close();
  }

  async #run() {
    const { size } = this.#file;
    while (!this.#over && (this.#sent < size || this.#channel.readyState === 'connecting')) {
      if (!this.#mayGoOn()) {
        await new Promise((resolve) => { this.#wake = () => resolve(null); });
        continue;
      }
      const block = await this.#file.slice(this.#sent, this.#sent + BLOCK).arrayBuffer().catch(() => null);
      if (this.#over) return;
      if (!block?.byteLength) return this.#fail('unreadable'); // it was changed or taken away
      this.#send(block);
    }
  }

  #mayGoOn() {
    const { readyState, bufferedAmount } = this.#channel;
    return readyState === 'open' && bufferedAmount < MOST_WAITING && this.#sent - this.#got < MOST_AHEAD;
  }

  /** @param {ArrayBuffer} block */
  #send(block) {
    try {
      for (let at = 0; at < block.byteLength; at += CHUNK) this.#channel.send(block.slice(at, at + CHUNK));
      this.#sent += block.byteLength;
    } catch {
      this.#fail('broken');
    }
  }

  /** @param {'unreadable' | 'broken'} reason */
  #fail(reason) {
    if (this.#over) return;
    this.stop();
    this.#parts.failed(reason);
  }
}
