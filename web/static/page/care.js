// What looks after a call: its figures, what to say when it fails, and what to tell of
// it when it is over.

import { Evidence } from './evidence.js';
import { Panel } from './panel.js';
import { Quality } from './quality.js';
import { reportOf, tell, toldOf } from './report.js';
import { judge } from './verdict.js';

/**
 * @typedef {import('./call.js').Call} Call
 * @typedef {import('./verdict.js').Verdict} Verdict
 * @typedef {import('./verdict.js').Facts} Facts
 *
 * @typedef {object} CareParts
 * @property {Call} call
 * @property {HTMLElement} stage
 * @property {(uid: import('./signaling.js').Uid) => HTMLElement | null} tileOf
 * @property {(verdict: Verdict, ran: boolean) => void} judged it is known what is wrong
 * @property {() => void} changed look at the call again
 */

const BROKEN_AFTER = 10_000; // ms of looking for a new way until it is said what is wrong

export class Care {
  #parts;
  #quality;
  #panel;
  #timer = 0;
  // Of the call that runs or is to be connected; another one begins when nobody is left.
  #begun = false;
  #failed = false;
  #told = false;
  /** @type {number | null} ms until media first ran */
  #took = null;
  /** @type {Verdict} */
  #verdict = 'ok';
  /** @type {Facts | null} those of the verdict */
  #facts = null;

  /** @param {CareParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#quality = new Quality(() => parts.call.peers.values(), () => parts.changed());
    this.#panel = new Panel(parts.stage, (uid) => this.#quality.of(uid));
  }

  /** @param {import('./state.js').CallState} state that the call is in now */
  look(state) {
    const { call } = this.#parts;
    this.#show();
    if (call.peers.size === 0) return this.#end();
    this.#begun = true;
    this.#took ??= this.#firstTook();
    if (state === 'failed') return this.#judgeAfter(0);
    if (state === 'interrupted') return this.#judgeAfter(BROKEN_AFTER);
    this.#calm();
    if (call.running) this.#verdict = 'ok';
  }

  /** What there is to copy for whoever is to help. */
  report() {
    return JSON.stringify(reportOf({
      told: this.#summary(), facts: this.#facts ?? this.#look(null), urls: this.#parts.call.ice.urls, figures: this.#quality.any,
      circumstances: { page: location.origin, userAgent: navigator.userAgent, language: document.documentElement.lang, at: new Date() },
    }), null, 2);
  }

  close() {
    this.#end();
    this.#quality.close();
    this.#panel.remove();
  }

  #show() {
    const { call, tileOf } = this.#parts;
    for (const peer of call.peers.values()) {
      const tile = tileOf(peer.uid);
      if (tile) this.#panel.mark(peer.uid, tile, peer.running !== null);
    }
    this.#panel.keep((uid) => Boolean(call.peers.get(uid)?.running));
  }

  #firstTook() {
    const took = [...this.#parts.call.peers.values()].map(({ running }) => running?.took ?? null).find((ms) => ms !== null) ?? null;
    if (took !== null) this.#quality.look(); // how it runs is to be known though it may end at once
    return took;
  }

  /** @param {number} wait ms */
  #judgeAfter(wait) {
    this.#failed ||= wait === 0;
    if (!this.#timer) this.#timer = setTimeout(() => this.#judge(), wait);
  }

  #calm() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  async #judge() {
    const { call, judged } = this.#parts;
    const link = call.link;
    const view = await call.ice.view();
    if (!link || link !== call.link || link.state === 'connected') {
      this.#timer = 0; // what comes now is judged anew
      return;
    }
    this.#facts = this.#look(view);
    this.#verdict = judge(this.#facts);
    judged(this.#verdict, this.#facts.ran);
    if (this.#failed) this.#tell();
  }

  /**
   * @param {import('./verdict.js').ServerView | null} view
   * @returns {Facts}
   */
  #look(view) {
    const { call } = this.#parts;
    const { evidence, wasConnected: ran } = call.link ?? { evidence: new Evidence(), wasConnected: this.#took !== null };
    return { server: call.server === 'open', ran, relays: call.ice.urls.some((url) => url.startsWith('turn')), evidence, view };
  }

  #end() {
    this.#calm();
    this.#tell();
    this.#begun = this.#failed = this.#told = false;
    this.#took = this.#facts = null;
    this.#verdict = 'ok';
  }

  #tell() {
    if (!this.#begun || this.#told) return;
    this.#told = true;
    tell(this.#summary());
  }

  #summary() {
    const broken = this.#verdict !== 'ok';
    if (this.#took === null) {
      return toldOf({ outcome: this.#failed ? 'failed' : 'abandoned', verdict: this.#failed && !broken ? 'unknown' : this.#verdict, took: null, pair: null });
    }
    return toldOf({ outcome: broken ? 'lost' : 'connected', verdict: this.#verdict, took: this.#took, pair: this.#quality.any?.pair ?? null });
  }
}
