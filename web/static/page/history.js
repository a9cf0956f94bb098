// What was said and offered during a stay, in order. It has an end: the oldest goes,
// but for a file that is under way. Who has much in it loses of that first, so that
// nobody can push out what the others said.

const MUCH = 1 / 4; // of the list

/**
 * @typedef {object} Entry
 * @property {import('./signaling.js').Uid | null} from null: ourselves
 * @property {Date} at
 * @property {boolean} [busy] under way
 */

/** @template {Entry} E */
export class History {
  /** @type {E[]} */
  entries = [];
  #most;
  #parts;

  /**
   * @param {number} most
   * @param {{ added: (entry: E) => void, dropped: (entry: E) => void }} parts
   */
  constructor(most, parts) {
    this.#most = most;
    this.#parts = parts;
  }

  /** @param {E} entry */
  add(entry) {
    this.entries.push(entry);
    this.#parts.added(entry);
    if (this.entries.length <= this.#most) return;
    const idle = this.entries.filter(({ busy }) => !busy);
    const loser = this.#loudest();
    const oldest = idle.find(({ from }) => from === loser) ?? idle[0];
    if (oldest) this.drop(oldest);
  }

  /** Who has the most in the list, if it is much. */
  #loudest() {
    /** @type {Map<Entry['from'], number>} */
    const counts = new Map();
    for (const { from } of this.entries) counts.set(from, (counts.get(from) ?? 0) + 1);
    const [loudest] = [...counts].sort(([, a], [, b]) => b - a);
    return loudest[1] > this.#most * MUCH ? loudest[0] : undefined;
  }

  /** @param {E} entry */
  drop(entry) {
    const i = this.entries.indexOf(entry);
    if (i < 0) return;
    this.entries.splice(i, 1);
    this.#parts.dropped(entry);
  }

  clear() {
    for (const entry of [...this.entries]) this.drop(entry);
  }
}
