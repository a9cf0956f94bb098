// A file on its way out to one other person, over a channel of its own. It is read
// piece by piece, and never runs far ahead: neither of what the browser has sent nor
// of what the other has stored.

const CHUNK = 16 * 1024; // bytes of a message; every browser takes it (RFC 8831 section 6.6)
const BLOCK = 16 * CHUNK; // bytes read at once
const MOST_WAITING = 1024 * 1024; // bytes given to the browser and not yet sent
const MOST_AHEAD = 8 * 1024 * 1024; // bytes sent and not yet stored
const WORD_WITHIN = 2000; // ms; why a channel was closed is told over another one

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
    if (this.#over || bytes < this.#got || bytes > this.#sent) return false; // it has not: we know better
    this.#got = bytes;
    this.#parts.moved(bytes);
    this.#wake();
    return bytes === this.#file.size;
  }

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
