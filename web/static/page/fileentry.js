// One file that was offered, by us to everybody or by somebody to us, and how far it
// has come with each of them.

/**
 * @typedef {import('./signaling.js').Uid} Uid
 *
 * @typedef {'offered' | 'moving' | 'done' | 'gone' | 'late' | 'deaf' | import('./messages.js').Reason} Stage
 *   gone: the other left; late: was not connected; deaf: has no page of ours
 *
 * @typedef {object} Leg the file between us and one other
 * @property {Uid} uid
 * @property {Stage} stage
 * @property {number} moved bytes
 * @property {import('./messages.js').FileWord | null} end our word that ended it
 * @property {boolean} spent all of it was sent, though we have not heard that it came
 * @property {import('./channel.js').Channel | null} said the channel over which the last word about it went
 * @property {import('./departure.js').Departure | null} departure
 */

/** @param {Leg} leg */
export const isBusy = ({ stage }) => stage === 'offered' || stage === 'moving';

export class FileEntry {
  kind = /** @type {const} */ ('file');
  at = new Date();
  /** @type {File | null} one of ours */
  file = null;
  /** @type {import('./arrival.js').Arrival | null} */
  arrival = null;
  /** @type {import('./filestore.js').Store | null} */
  store = null;
  placing = false; // the person is choosing a place for it
  /** @type {string | null} where it can be saved from */
  url = null;

  /**
   * @param {Uid | null} from null: ourselves
   * @param {string} id
   * @param {string} name
   * @param {number} size
   * @param {Leg[]} legs
   */
  constructor(from, id, name, size, legs) {
    this.from = from;
    this.id = id;
    this.name = name;
    this.size = size;
    this.legs = legs;
  }

  get busy() { return this.legs.some(isBusy); }

  /** Bytes of it in memory. */
  get held() { return this.store?.inMemory ? this.size : 0; }

  /** What is in memory goes. */
  release() {
    if (this.url) URL.revokeObjectURL(this.url);
    this.store?.drop();
    this.url = this.store = null;
  }
}

/**
 * @param {Uid} uid
 * @param {Stage} stage
 * @returns {Leg}
 */
export const legTo = (uid, stage) => ({ uid, stage, moved: 0, end: null, spent: false, said: null, departure: null });
