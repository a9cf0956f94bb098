// How much of something somebody may do: so often at once, and then so often in time.
// And how much all may do together, since who comes again under another name is
// somebody else to us.

export class Pace {
  #burst;
  #perSecond;
  #left;
  #at = 0;

  /**
   * @param {number} burst
   * @param {number} perSecond
   */
  constructor(burst, perSecond) {
    this.#burst = this.#left = burst;
    this.#perSecond = perSecond;
  }

  /**
   * @param {number} now in ms
   * @returns {boolean} whether it is within the measure
   */
  take(now) {
    this.#left = Math.min(this.#burst, this.#left + (now - this.#at) / 1000 * this.#perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}

const TOGETHER = 2; // times what one may: some messages of each of fifteen at once, and fewer than are kept

export class Paces {
  #burst;
  #perSecond;
  #all;
  /** @type {Map<unknown, Pace>} */
  #each = new Map();

  /**
   * @param {number} burst of each
   * @param {number} perSecond of each
   */
  constructor(burst, perSecond) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#all = new Pace(TOGETHER * burst, TOGETHER * perSecond);
  }

  /**
   * @param {unknown} who
   * @param {number} now in ms
   * @returns {boolean} whether it is within the measure of this one and of all
   */
  take(who, now) {
    const pace = this.#each.get(who) ?? new Pace(this.#burst, this.#perSecond);
    this.#each.set(who, pace);
    return pace.take(now) && this.#all.take(now); // what one has too much costs the others nothing
  }

  /** @param {(who: unknown) => boolean} which are still here */
  keep(which) {
    for (const who of this.#each.keys()) if (!which(who)) this.#each.delete(who);
  }
}
