// What a call has beside sound and pictures (extras.js), to a page that does not have it
// yet. It comes when there is time, or when somebody needs it, and what it is to do
// meanwhile waits. It is half of the modules, and to a browser each is some milliseconds
// of work before anything can be clicked.

import { stateOf } from './state.js';

/**
 * @typedef {import('./call.js').Call} Call
 * @typedef {import('./extras.js').Extras} Extras
 * @typedef {import('./signaling.js').Uid} Uid
 */

const IDLE_AFTER = 2000; // ms; who joined at once has the first picture, as a rule
const MOST_EARLY = 64; // things to do that wait

export class Beside {
  #parts;
  /** @type {Call | null} the one that there is */
  #call = null;
  /** @type {Extras | null} once they are there */
  #extras = null;
  /** @type {Promise<Extras | null> | null} while they are under way */
  #coming = null;
  #early = 0; // things that wait for them

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
  }

  /** @param {import('./state.js').CallState} state that the call is in now */
  look(state) {
    if (this.#call) this.#extras?.look(this.#call, state);
  }

  /**
   * @param {Uid} from
   * @param {import('./messages.js').Message} message
   */
  heard(from, message) { this.#use((extras) => extras.heard(from, message)); }

  /**
   * @param {Uid} from
   * @param {RTCDataChannel} channel that nobody has asked for as long as there is no chat
   */
  file(from, channel) {
    if (this.#extras) this.#extras.file(from, channel);
    else channel.close();
  }

  /** @returns {Promise<boolean>} whether there is a chat */
  toggleChat() { return this.#use((extras) => extras.toggleChat()); }

  /** What there is to copy for whoever is to help. */
  report() { return this.#extras?.report() ?? null; }

  /**
   * Has it come now. If it did not the next call asks again; browsers that remember a
   * module's failure need a reload.
   * @returns {Promise<boolean>} whether it is there
   */
  async come() { return await this.#bring() !== null; }

  #bring() {
    return this.#coming ??= import('./extras.js').then(({ Extras }) => this.#begin(new Extras()), () => this.#coming = null);
  }

  /** @param {Extras} extras that are there now, maybe in the middle of a call */
  #begin(extras) {
    this.#extras = extras;
    if (this.#call) {
      this.start(this.#call);
      this.look(stateOf(this.#call));
    }
    return extras;
  }

  /**
   * Does something in this call, now or, in the order of asking, when it can be done.
   * @param {(extras: Extras) => void} what
   * @returns {Promise<boolean>} whether it could be
   */
  async #use(what) {
    if (this.#extras) return what(this.#extras), true;
    if (this.#early >= MOST_EARLY) return false;
    const asked = this.#call;
    this.#early++;
    const extras = await this.#bring();
    this.#early--;
    if (extras && this.#call === asked) what(extras);
    return extras !== null;
  }
}
