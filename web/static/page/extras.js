// What a call has beside sound and pictures: chat and files, its figures, and what to say
// when it fails.

import { Care } from './care.js';
import { Talk } from './talk.js';

/**
 * @typedef {import('./call.js').Call} Call
 * @typedef {import('./signaling.js').Uid} Uid
 */

export class Extras {
  #talk = new Talk();
  /** @type {Care | null} in a call */
  #care = null;

  /**
   * A call begins.
   * @param {import('./care.js').CareParts} parts
   */
  start(parts) {
    this.#care = new Care(parts);
    this.#talk.start();
  }

  /** The page goes, or the call is over: tells how it was. */
  tell() {
    this.#care?.close();
    this.#care = null;
  }

  end() {
    this.tell();
    this.#talk.end();
  }

  /**
   * @param {Call} call
   * @param {import('./state.js').CallState} state that it is in now
   */
  look({ peers }, state) {
    this.#care?.look(state);
    this.#talk.look(peers);
  }

  /**
   * @param {Uid} from
   * @param {import('./messages.js').Message} message
   */
  heard(from, message) { this.#talk.heard(from, message); }

  /**
   * @param {Uid} from
   * @param {RTCDataChannel} channel
   */
  file(from, channel) { this.#talk.file(from, channel); }

  toggleChat() { this.#talk.toggle(); }

  /** What there is to copy for whoever is to help. */
  report() { return this.#care?.report() ?? null; }
}
