// What was said and offered during a stay, in order. It has an end: the oldest goes,
// but for a file that is under way.

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
    const oldest = this.entries.length > this.#most ? this.entries.find((each) => !each.busy) : undefined;
    if (oldest) this.drop(oldest);
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
