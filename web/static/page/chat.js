// What is said in a call and who has got it. No DOM here.
//
// Each message goes to each of the others by itself, over the channel to that person,
// and each of them says that it has come. Until then it is kept, and said again when
// there is another channel: one that broke took with it what was on its way. Whoever
// gets it twice drops the second.

import { faultOf } from './chattext.js';
import { newId } from './messages.js';
import { Paces } from './pace.js';

/**
 * @typedef {import('./signaling.js').Uid} Uid
 * @typedef {import('./channel.js').Channel} Channel
 *
 * @typedef {object} Said
 * @property {'said'} kind
 * @property {string} id
 * @property {Uid | null} from null: ourselves
 * @property {Date} at
 * @property {string} text
 * @property {Map<Uid, Channel | null>} missing those of whom we do not know that they have it, and where it was said to them
 *
 * @typedef {'empty' | 'too-long' | 'nobody' | 'deaf'} Fault why something cannot be said
 *
 * @typedef {object} ChatParts
 * @property {import('./people.js').People} people
 * @property {{ entries: { kind: string }[], add: (said: Said) => void }} history
 * @property {(said: Said) => void} changed somebody has got it
 */

// Nobody types so fast. What is beyond is dropped, and not said to have come.
const BURST = 60;
const PER_SECOND = 4;

export class Chat {
  #parts;
  #paces = new Paces(BURST, PER_SECOND);

  /** @param {ChatParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /**
   * @param {string} text
   * @returns {Fault | null}
   */
  say(text) {
    const { people, history } = this.#parts;
    const fault = faultOf(text);
    if (fault) return fault;
    if (!people.all.length) return 'nobody';
    if (people.all.every((uid) => people.standing(uid) === 'deaf')) return 'deaf';
    history.add({
      kind: 'said', id: newId(), from: null, at: new Date(),
      text: text.trim(), missing: new Map(people.all.map((uid) => [uid, null])),
    });
    this.catchUp();
    return null;
  }

  /** Says to everybody what they have not got, if there is a new way to them. */
  catchUp() {
    const { people } = this.#parts;
    this.#paces.keep((uid) => people.standing(/** @type {Uid} */ (uid)) !== 'gone');
    for (const { id, text, missing } of this.#own()) {
      for (const [uid, before] of missing) {
        const channel = people.channel(uid);
        if (channel && channel !== before && channel.say({ type: 'chat', id, text })) missing.set(uid, channel);
      }
    }
  }

  /**
   * @param {Uid} from
   * @param {import('./messages.js').ChatWord} message
   */
  heard(from, message) {
    if (message.type === 'chat-got') return this.#got(from, message.id);
    const { people, history } = this.#parts;
    const { id, text } = message;
    const known = this.#said().some((said) => said.from === from && said.id === id);
    if (!known) {
      if (!this.#paces.take(from, performance.now())) return;
      history.add({ kind: 'said', id, from, at: new Date(), text, missing: new Map() });
    }
    people.tell(from, { type: 'chat-got', id });
  }

  /**
   * @param {Uid} uid
   * @param {string} id
   */
  #got(uid, id) {
    const said = this.#own().find((each) => each.id === id);
    if (said?.missing.delete(uid)) this.#parts.changed(said);
  }

  #said() {
    return /** @type {Said[]} */ (this.#parts.history.entries.filter(({ kind }) => kind === 'said'));
  }

  #own() { return this.#said().filter(({ from }) => from === null); }
}
