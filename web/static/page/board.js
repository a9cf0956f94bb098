// The card on which notices stand.

import { element } from './dom.js';
import { say } from './language.js';
import { notices } from './notices.js';

/**
 * @typedef {import('./notices.js').Action} Action
 * @typedef {import('./notices.js').Notice} Notice
 */

export class Board {
  /** @type {Notice | null} */
  shown = null;
  #card = element('notice', HTMLElement);
  #title = element('notice-title', HTMLElement);
  #act;

  /** @param {(action: Action) => void} act what a button does */
  constructor(act) {
    this.#act = act;
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
    this.shown = name;
    say(this.#title, title, values);
    say(element('notice-text', HTMLElement), text, values);
    element('notice-steps', HTMLElement).replaceChildren(...steps.map((step) => {
      const item = document.createElement('li');
      say(item, step, values);
      return item;
    }));
    element('notice-actions', HTMLElement).replaceChildren(...actions.map((action, i) => this.#button(action, i === 0)));
    this.#card.dataset.notice = name;
    this.#card.hidden = false;
  }

  /** For those who hear or tab through the page, when the notice answers what they did. */
  focus() {
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
    this.#card.hidden = true;
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
    made.onclick = () => this.#act(action);
    return made;
  }
}
