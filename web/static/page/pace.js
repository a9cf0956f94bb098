// How much of something somebody may do: so often at once, and then so often in time.

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
