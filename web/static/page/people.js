// The others as chat and files know them: who is who, and who can be spoken to.

/**
 * @typedef {import('./signaling.js').Uid} Uid
 * @typedef {import('./messages.js').Message} Message
 * @typedef {import('./channel.js').Channel} Channel
 *
 * @typedef {object} Other what is asked of a peer
 * @property {Channel | null} channel
 * @property {unknown} running whether media comes
 *
 * @typedef {'open' | 'late' | 'deaf' | 'gone'} Standing
 *   late: not connected at the moment; deaf: with a client that has no chat
 */

export const DEAF_AFTER = 5000; // ms; a page tells of itself as soon as it is connected

/**
 * @param {Other | undefined} other
 * @param {number} silentFor ms since media came without a word of the page
 * @returns {Standing}
 */
export function standingOf(other, silentFor) {
  if (!other) return 'gone';
  if (other.channel?.open) return 'open';
  return other.running && !other.channel?.told && silentFor >= DEAF_AFTER ? 'deaf' : 'late';
}

export class People {
  /** @type {ReadonlyMap<Uid, Other>} */
  #here = new Map();
  /** @type {Map<Uid, number>} in the order in which they came; whoever comes back keeps it */
  #numbers = new Map();
  /** @type {Map<Uid, number>} since when somebody is silent */
  #silent = new Map();
  #changed;

  /** @param {() => void} changed somebody turns out to be deaf */
  constructor(changed) {
    this.#changed = changed;
  }

  /** @param {ReadonlyMap<Uid, Other>} here everybody else in the room */
  look(here) {
    this.#here = here;
    for (const uid of this.#silent.keys()) if (!here.has(uid)) this.#silent.delete(uid);
    for (const [uid, { channel, running }] of here) {
      if (!this.#numbers.has(uid)) this.#numbers.set(uid, this.#numbers.size + 1);
      if (!running || channel?.told) {
        this.#silent.delete(uid);
      } else if (!this.#silent.has(uid)) {
        this.#silent.set(uid, performance.now());
        setTimeout(() => this.#changed(), DEAF_AFTER + 1);
      }
    }
  }

  get all() { return [...this.#here.keys()]; }

  /**
   * What somebody is called, in words. One other only needs no number.
   * @param {Uid | null} uid null: ourselves
   * @returns {{ word: import('./language.js').Word, values: { number: string } }}
   */
  name(uid) {
    const number = uid === null ? '' : String(this.#numbers.get(uid) ?? '');
    return { word: uid === null ? 'talk-you' : this.#numbers.size < 2 ? 'talk-other' : 'talk-person', values: { number } };
  }

  /** @param {Uid} uid */
  standing(uid) {
    return standingOf(this.#here.get(uid), performance.now() - (this.#silent.get(uid) ?? Infinity));
  }

  /**
   * The channel to somebody, if somebody listens there.
   * @param {Uid} uid
   */
  channel(uid) {
    const channel = this.#here.get(uid)?.channel;
    return channel?.open ? channel : null;
  }

  /**
   * @param {Uid} uid
   * @param {Message} message
   * @returns {boolean} whether it is on its way
   */
  tell(uid, message) {
    return this.channel(uid)?.say(message) ?? false;
  }
}
