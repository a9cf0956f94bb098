// What was said and offered, as it is read: a list, an item for each.

import { partsOf } from './chattext.js';
import { FileCard } from './filecard.js';
import { say } from './language.js';
import { make } from './make.js';

/**
 * @typedef {import('./signaling.js').Uid} Uid
 * @typedef {import('./language.js').Word} Word
 * @typedef {import('./chat.js').Said} Said
 * @typedef {import('./fileentry.js').FileEntry} FileEntry
 */

/** @type {Record<import('./people.js').Standing, Word>} why somebody has not got it */
const FATES = { 'open': 'chat-sent', 'late': 'chat-late', 'deaf': 'chat-deaf', 'gone': 'chat-gone' };

const NEAR_END = 80; // px

export class Log {
  #parts;
  /** @type {Map<Said | FileEntry, { item: HTMLElement, who: HTMLElement, fill: () => void }>} */
  #items = new Map();
  #list;

  /**
   * @param {HTMLElement} list
   * @param {import('./filecard.js').CardParts & { standing: import('./people.js').People['standing'] }} parts
   */
  constructor(list, parts) {
    this.#list = list;
    this.#parts = parts;
  }

  /** @param {Said | FileEntry} entry */
  add(entry) {
    const who = make('b');
    const item = make('li', { className: entry.from === null ? 'own' : '' },
      make('p', { className: 'who' }, who, ' ', timeOf(entry.at)));
    const fill = entry.kind === 'said' ? this.#said(entry, item) : this.#file(entry, item);
    this.#items.set(entry, { item, who, fill });
    this.#keepEnd(() => {
      this.#list.append(item);
      this.fill(entry);
    }, entry.from === null);
  }

  /** @param {Said | FileEntry} entry */
  drop(entry) {
    this.#items.get(entry)?.item.remove();
    this.#items.delete(entry);
  }

  /** Everything anew: somebody came or went. */
  fillAll() {
    this.#keepEnd(() => { for (const entry of this.#items.keys()) this.fill(entry); });
  }

  /** @param {Said | FileEntry} entry */
  fill(entry) {
    const there = this.#items.get(entry);
    if (!there) return;
    this.#name(there.who, entry.from);
    there.fill();
  }

  /** What is newest is in sight. */
  showEnd() { this.#list.scrollTop = this.#list.scrollHeight; }

  /**
   * Whoever reads the newest goes on doing so; whoever looks at older things is left there.
   * @param {() => void} change
   * @param {boolean} [always]
   */
  #keepEnd(change, always = false) {
    const { scrollHeight, scrollTop, clientHeight } = this.#list;
    change();
    if (always || scrollHeight - scrollTop - clientHeight < NEAR_END) this.showEnd();
  }

  /** @param {FileEntry} entry */
  save(entry) {
    /** @type {HTMLElement | null | undefined} */ (this.#items.get(entry)?.item.querySelector('a[download]'))?.click();
  }

  /** @param {Said} said @param {HTMLElement} item */
  #said({ text, from, missing }, item) {
    const words = make('p', { className: 'text', dir: 'auto' }, ...partsOf(text).map(({ text: part, href }) => (
      href ? make('a', { href, title: href, target: '_blank', rel: 'noopener noreferrer', textContent: part }) : part)));
    const fates = make('ul', { className: 'fates' });
    item.append(words);
    if (from === null) item.append(fates);
    return () => {
      fates.hidden = !missing.size;
      fates.replaceChildren(...[...missing.keys()].map((uid) => this.#line(uid, FATES[this.#parts.standing(uid)])));
    };
  }

  /** @param {FileEntry} entry @param {HTMLElement} item */
  #file(entry, item) {
    const card = new FileCard(entry, this.#parts);
    item.classList.add('file');
    item.append(...card.elements);
    return () => card.fill();
  }

  /**
   * "Person 2: not connected"
   * @param {Uid} uid
   * @param {Word} word
   */
  #line(uid, word) {
    const [who, what] = [make('span'), make('span')];
    this.#name(who, uid);
    say(what, word);
    return make('li', {}, who, ': ', what);
  }

  /** @param {HTMLElement} element @param {Uid | null} uid */
  #name(element, uid) {
    const { word, values } = this.#parts.name(uid);
    say(element, word, values);
  }
}

/** @param {Date} at */
function timeOf(at) {
  const text = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' }); // the same in both languages
  return make('time', { dateTime: at.toISOString(), textContent: text });
}
