// The card on which notices stand, one at a time. Each is also said to those who listen,
// and whoever was in the card when it goes is back where they came from.

import { announce } from './announce.js';
import { element } from './dom.js';
import { say } from './language.js';
import { notices } from './notices.js';

/**
 * @typedef {import('./notices.js').Action} Action
 * @typedef {import('./notices.js').Notice} Notice
 *
 * @typedef {object} BoardParts
 * @property {(action: Action) => void} act what a button does
 * @property {() => void} home gives the focus to where people go on who came from nowhere
 * @property {() => Notice | null} rest what is still to be told when another notice goes
 */

export class Board {
  /** @type {Notice | null} */
  shown = null;
  #card = element('notice', HTMLElement);
  #title = element('notice-title', HTMLElement);
  #actions = element('notice-actions', HTMLElement);
  /** @type {Element | null} who had the focus before the card */
  #from = null;
  #parts;

  /** @param {BoardParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#card.addEventListener('focusin', ({ relatedTarget }) => {
      if (relatedTarget instanceof Element) this.#comeFrom(relatedTarget);
    });
  }

  /**
   * @param {Notice} name
   * @param {import('./language.js').Values} [values]
   */
  show(name, values) {
    if (this.shown !== name) this.tell(name, notices[name], values);
  }

  /**
   * Shows a notice with other content than it has by itself.
   * @param {Notice} name
   * @param {import('./notices.js').NoticeParts} parts
   * @param {import('./language.js').Values} [values]
   */
  tell(name, { title, text, steps, actions }, values) {
    if (this.shown !== name) announce(title, values);
    const focused = this.#actions.contains(document.activeElement);
    this.#comeFrom(document.activeElement); // in a window without the focus no event tells
    this.shown = name;
    say(this.#title, title, values);
    say(element('notice-text', HTMLElement), text, values);
    element('notice-steps', HTMLElement).replaceChildren(...steps.map((step) => {
      const item = document.createElement('li');
      say(item, step, values);
      return item;
    }));
    this.#actions.replaceChildren(...actions.map((action, i) => this.#button(action, i === 0)));
    this.#card.dataset.notice = name;
    this.#card.hidden = false;
    if (focused) this.focus(); // that button is no more
  }

  /** For those who hear or tab through the page, when the notice answers what they did. */
  focus() {
    announce(null); // the title is read as it gets the focus
    this.#title.focus();
  }

  /**
   * Has a button say what it did.
   * @param {Action} action
   * @param {import('./language.js').Word} word
   */
  answer(action, word) {
    const made = /** @type {HTMLElement | null} */ (this.#card.querySelector(`[data-action="${action}"]`));
    if (made) say(made, word);
  }

  /** @param {Notice[]} names to take away; all of them when there are none */
  clear(...names) {
    if (names.length && !(this.shown && names.includes(this.shown))) return;
    this.shown = null;
    this.#giveFocusBack();
    this.#card.hidden = true;
    const rest = this.#parts.rest();
    if (rest) this.show(rest);
  }

  /** @param {Element | null} focused */
  #comeFrom(focused) {
    if (!this.#card.contains(focused)) this.#from = focused;
  }

  #giveFocusBack() {
    if (!this.#card.contains(document.activeElement)) return;
    if (this.#from instanceof HTMLElement) this.#from.focus();
    if (this.#card.contains(document.activeElement)) this.#parts.home(); // who had it is gone
  }

  /**
   * @param {Action} action
   * @param {boolean} first
   */
  #button(action, first) {
    const made = document.createElement('button');
    made.type = 'button';
    made.dataset.action = action;
    made.className = first ? 'primary' : 'quiet';
    say(made, action);
    made.onclick = () => this.#parts.act(action);
    return made;
  }
}
