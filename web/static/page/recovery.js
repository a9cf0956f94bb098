// When to look for a new way for a connection that ran and does not get through any
// more (an ICE restart, RFC 8445 section 9). It goes on until media runs again: whoever
// walked out of the Wi-Fi comes back to it, and a relay that was restarted is there
// again after a moment. One that never ran may have been failed by an offer that got
// lost; of several people some would not meet for the whole stay. It is tried some times.

const PATIENCE = 2500; // ms; who flickers comes back by itself
const YIELD = 1500; // ms; of the two, the one who made the offer goes first
const FIRST_AGAIN = 5000; // ms; to gather, tell and check takes some
const LONGEST = 15_000; // ms between two tries
const MOST_FIRST = 5; // tries of one that never ran
const UNREACHABLE = 2000; // ms until it is asked again whether the other can be reached

/**
 * @typedef {'interrupted' | 'failed' | 'never'} Trouble never: it never ran
 */

/**
 * How long to wait before the next try.
 * @param {{ state: Trouble, tries: number, offers: boolean }} facts
 * @returns {number} ms; Infinity: there is none
 */
export function delayOf({ state, tries, offers }) {
  if (state === 'never' && tries >= MOST_FIRST) return Infinity;
  if (state === 'never' && tries === 0) return FIRST_AGAIN;
  if (tries > 0) return Math.min(FIRST_AGAIN * 1.5 ** (tries - 1), LONGEST);
  return (state === 'interrupted' ? PATIENCE : 0) + (offers ? 0 : YIELD);
}

/**
 * @typedef {object} RecoveryParts
 * @property {() => boolean} reachable whether the other side would hear of it now
 * @property {() => boolean} insists whether one that never ran is tried again
 * @property {() => void} restart
 */

export class Recovery {
  #parts;
  #tries = 0;
  #timer = 0;
  #waitsFor = ''; // the state for which the timer runs
  #due = false; // a try that waits for the other to be reachable

  /** @param {RecoveryParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /**
   * Looks at the connection after each change.
   * @param {{ state: string, wasConnected: boolean } | null} link
   * @param {boolean} offers
   */
  look(link, offers) {
    const state = link && (link.wasConnected || this.#parts.insists()) ? troubleOf(link) : null;
    if (!state) return this.rest();
    if (this.#waitsFor === state) return;
    if (this.#waitsFor && this.#tries > 0) return; // the next try is under way already
    this.#wait(state, offers);
  }

  /** The network is another one: no more waiting, even if nobody has noticed yet. */
  now() {
    this.#due = true;
    this.#try();
  }

  /** What waited until the other can be reached. */
  catchUp() {
    if (this.#due) this.#try();
  }

  /** All is well, or over. */
  rest() {
    clearTimeout(this.#timer);
    this.#tries = 0;
    this.#waitsFor = '';
    this.#due = false;
  }

  /**
   * @param {Trouble} state
   * @param {boolean} offers
   */
  #wait(state, offers) {
    clearTimeout(this.#timer);
    this.#waitsFor = state;
    const delay = this.#due ? UNREACHABLE : delayOf({ state, tries: this.#tries, offers });
    if (delay === Infinity) return;
    this.#timer = setTimeout(() => {
      this.#due = true;
      if (this.#try()) this.#tries++;
      this.#wait(state, offers);
    }, delay);
  }

  #try() {
    if (!this.#parts.reachable()) return false;
    this.#due = false;
    this.#parts.restart();
    return true;
  }
}

/**
 * @param {{ state: string, wasConnected: boolean }} link
 * @returns {Trouble | null}
 */
function troubleOf({ state, wasConnected }) {
  if (state === 'failed') return wasConnected ? 'failed' : 'never';
  return state === 'interrupted' ? 'interrupted' : null;
}
