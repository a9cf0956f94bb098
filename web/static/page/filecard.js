// A file as it is read in the list: its name and size, how far it has come with each of
// the others, and what can be done about it.

import { sizeOf } from './filename.js';
import { mostHere } from './filestore.js';
import { label, say } from './language.js';
import { make, makeButton, makeIcon } from './make.js';

/**
 * @typedef {import('./language.js').Word} Word
 * @typedef {import('./fileentry.js').FileEntry} FileEntry
 * @typedef {import('./fileentry.js').Leg} Leg
 * @typedef {import('./fileentry.js').Stage} Stage
 *
 * @typedef {object} CardParts
 * @property {import('./people.js').People['name']} name
 * @property {(entry: FileEntry) => void} take
 * @property {(entry: FileEntry) => void} stop
 */

/** @type {Record<Stage, Word>} of one who is offered a file by us */
const THERE = {
  'offered': 'file-offered', 'moving': 'file-moving', 'done': 'file-done', 'declined': 'file-declined', 'cancelled': 'file-cancelled',
  'too-large': 'file-too-large', 'too-many': 'file-too-many', 'unreadable': 'file-unreadable', 'unwritable': 'file-unwritable',
  'broken': 'file-broken', 'gone': 'file-gone', 'late': 'file-late', 'deaf': 'file-deaf',
};
/** @type {Partial<Record<Stage, Word>>} what is called otherwise where it is we who are offered it */
const HERE = { 'offered': 'file-asked', 'done': 'file-here', 'too-large': 'file-too-large-here', 'unwritable': 'file-unwritable-here' };

let made = 0;

export class FileCard {
  #entry;
  #legs;
  #actions = make('div', { className: 'actions' });
  #take;
  #decline;
  #cancel;
  #save;

  /**
   * @param {FileEntry} entry
   * @param {CardParts} parts
   */
  constructor(entry, parts) {
    this.#entry = entry;
    const id = `file-${++made}`;
    const name = make('bdi', { id, textContent: entry.name });
    this.#legs = entry.legs.map((leg) => new LegLine(entry, leg, parts));
    this.#take = makeButton('file-take', 'primary', () => parts.take(entry));
    this.#decline = makeButton('file-decline', 'quiet', () => parts.stop(entry));
    this.#cancel = makeButton('file-cancel', 'quiet', () => parts.stop(entry));
    this.#save = make('a', { className: 'button quiet', download: entry.name });
    say(this.#save, 'file-save');
    const actions = [this.#take, this.#decline, this.#cancel, this.#save];
    for (const action of actions) action.setAttribute('aria-describedby', id); // which file
    this.#actions.append(...actions);
    this.elements = [
      make('p', { className: 'name' }, makeIcon('file'), name, make('span', { className: 'size', textContent: sizeOf(entry.size) })),
      ...this.#legs.map(({ element }) => element), this.#actions,
    ];
  }

  fill() {
    const { from, legs, url, busy } = this.#entry;
    const asked = from !== null && legs[0].stage === 'offered';
    const focused = [this.#take, this.#decline, this.#cancel, this.#save].find((each) => each === document.activeElement);
    for (const leg of this.#legs) leg.fill();
    this.#take.hidden = this.#decline.hidden = !asked;
    this.#cancel.hidden = asked || !busy;
    this.#save.hidden = url === null;
    if (url) this.#save.href = url;
    else this.#save.removeAttribute('href');
    this.#actions.hidden = !busy && url === null;
    if (focused?.hidden) this.#keepFocus();
  }

  /** A button that was pressed goes; whoever pressed it by a key goes on from the next, or from the list. */
  #keepFocus() {
    const next = [this.#cancel, this.#save].find((each) => !each.hidden) ?? this.#actions.closest('ol');
    next?.focus();
  }
}

/** How far the file has come with one of the others. */
class LegLine {
  #entry;
  #leg;
  #parts;
  #who = make('span');
  #what = make('span');
  #progress = make('progress');

  /**
   * @param {FileEntry} entry
   * @param {Leg} leg
   * @param {CardParts} parts
   */
  constructor(entry, leg, parts) {
    this.#entry = entry;
    this.#leg = leg;
    this.#parts = parts;
    label(this.#progress, 'file-progress');
    this.element = make('p', { className: 'leg' }, ...entry.from === null ? [this.#who, ': '] : [], this.#what, this.#progress);
  }

  fill() {
    const { from, size } = this.#entry;
    const { uid, stage, moved } = this.#leg;
    const { word, values } = this.#parts.name(uid);
    say(this.#who, word, values);
    say(this.#what, (from === null ? null : HERE[stage]) ?? THERE[stage], {
      most: sizeOf(mostHere()), percent: String(Math.floor(100 * moved / (size || 1))),
    });
    this.element.dataset.stage = stage;
    this.#progress.hidden = stage !== 'moving';
    this.#progress.max = size || 1;
    this.#progress.value = moved;
  }
}
