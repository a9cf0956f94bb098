// What a call has beside sound and pictures (extras.js), to a page that does not have it
// yet. It comes when there is time, or when somebody needs it, and what it is to do
// meanwhile waits. It is a third of the modules, and to a browser each is some milliseconds
// of work before anything can be clicked.

import { later } from './later.js';
import { stateOf } from './state.js';

/**
 * @typedef {import('./call.js').Call} Call
 * @typedef {import('./extras.js').Extras} Extras
 * @typedef {import('./signaling.js').Uid} Uid
 */

const IDLE_AFTER = 2000; // ms; who joined at once has the first picture, as a rule
const MOST_EARLY = 256; // messages of one person; more than a page says in that time

export class Beside {
  #parts;
  /** @type {Call | null} the one that there is */
  #call = null;
  /** @type {Extras | null} once they are there */
  #extras = null;
  #bring = later(() => this.#begin(), () => {});
  /** @type {[Uid, import('./messages.js').Message][]} heard in this call, and waiting for them */
  #early = [];
  #chatWanted = false; // in this call, as soon as they are there

  /** @param {Omit<import('./care.js').CareParts, 'call'>} parts */
  constructor(parts) {
    this.#parts = parts;
    const waiting = setInterval(async () => {
      if (await this.come()) clearInterval(waiting);
    }, IDLE_AFTER);
    // Until chat is there, which takes it, a dropped file would be opened in place of the call.
    for (const type of ['dragover', 'drop']) {
      addEventListener(type, (event) => { if (this.#call && !this.#extras) event.preventDefault(); });
    }
  }

  /** @param {Call} call that begins */
  start(call) {
    this.#call = call;
    this.#extras?.start({ ...this.#parts, call });
  }

  /** The page goes: tells how the call was. */
  tell() { this.#extras?.tell(); }

  /** The call is over. */
  end() {
    this.#extras?.end();
    this.#call = null;
    this.#early = [];
    this.#chatWanted = false;
  }

  /** @param {import('./state.js').CallState} state that the call is in now */
  look(state) {
    if (this.#call) this.#extras?.look(this.#call, state);
  }

  /**
   * @param {Uid} from
   * @param {import('./messages.js').Message} message
   */
  heard(from, message) {
    if (this.#extras) return this.#extras.heard(from, message);
    if (this.#early.filter(([who]) => who === from).length < MOST_EARLY) this.#early.push([from, message]);
    this.come();
  }

  /**
   * @param {Uid} from
   * @param {RTCDataChannel} channel that nobody has asked for as long as there is no chat
   */
  file(from, channel) {
    if (this.#extras) this.#extras.file(from, channel);
    else channel.close();
  }

  /**
   * Once, however often it is pressed until there is one.
   * @returns {Promise<boolean>} whether there is a chat
   */
  async toggleChat() {
    if (this.#extras) return this.#extras.toggleChat(), true;
    this.#chatWanted = true;
    const there = await this.come();
    this.#chatWanted = false; // it does not open by itself some minutes later
    return there;
  }

  /** What there is to copy for whoever is to help. */
  report() { return this.#extras?.report() ?? null; }

  /**
   * Has it come now.
   * @returns {Promise<boolean>} whether it is there
   */
  async come() { return await this.#bring() !== null; }

  async #begin() {
    const { Extras } = await import('./extras.js');
    const extras = new Extras();
    this.#extras = extras;
    if (!this.#call) return extras;
    this.start(this.#call);
    this.look(stateOf(this.#call));
    for (const [from, message] of this.#early.splice(0)) extras.heard(from, message);
    if (this.#chatWanted) extras.toggleChat();
    return extras;
  }
}
