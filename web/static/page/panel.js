// What the connection to somebody is like: three dots on the picture for everybody, and
// behind them a panel with the figures for those who want to know.

import { element } from './dom.js';
import { Graph } from './graph.js';
import { say } from './language.js';
import { placeOf } from './place.js';

/**
 * @typedef {import('./signaling.js').Uid} Uid
 * @typedef {import('./language.js').Word} Word
 * @typedef {import('./stats.js').Figures} Figures
 * @typedef {import('./quality.js').Watch} Watch
 * @typedef {{ word: Word, values?: import('./language.js').Values }} Told
 */

/** @type {Record<import('./stats.js').Level, Word>} */
const LEVELS = { good: 'quality-good', fair: 'quality-fair', poor: 'quality-poor' };
/** @type {Record<import('./stats.js').Way, Word>} */
const WAYS = { host: 'way-host', reflexive: 'way-reflexive', relay: 'way-relay' };

/** @type {[Word, (figures: Figures) => Told][]} */
const ROWS = [
  ['panel-way', ({ pair }) => (pair ? { word: WAYS[pair.way] } : unknown)],
  ['panel-transport', ({ pair }) => told(pair?.transport.toUpperCase())],
  ['panel-rtt', ({ rttMs }) => told(rttMs, ' ms')],
  ['panel-loss', ({ lossIn, lossOut }) => both(percent(lossIn), percent(lossOut))],
  ['panel-jitter', ({ jitterMs }) => told(jitterMs, ' ms')],
  ['panel-rate', ({ kbpsIn, kbpsOut }) => both(`${kbpsIn} kbit/s`, `${kbpsOut} kbit/s`)],
  ['panel-picture', ({ seen, shown }) => both(size(seen), size(shown))],
  ['panel-codecs', ({ codecs }) => told(codecs.join(', ') || null)],
];

/** @type {Told} */
const unknown = { word: 'panel-value', values: { value: '–' } };

/**
 * @param {string | number | null | undefined} value
 * @param {string} [unit]
 * @returns {Told}
 */
const told = (value, unit = '') => (value === null || value === undefined ? unknown : { word: 'panel-value', values: { value: value + unit } });

/** @param {string} comes @param {string} goes @returns {Told} */
const both = (comes, goes) => ({ word: 'panel-both', values: { comes, goes } });

/** @param {number | null} value */
const percent = (value) => (value === null ? '–' : `${value.toFixed(1)} %`);

/** @param {import('./stats.js').Picture | null} picture */
const size = (picture) => (picture ? `${picture.width}×${picture.height} ${picture.fps}/s` : '–');

export class Panel {
  /** @type {Uid | null} whom it is about */
  #about = null;
  /** @type {HTMLElement | null} the dots that opened it */
  #opener = null;
  #card = make('section', { id: 'panel', className: 'card', hidden: true });
  #title = make('h2', { id: 'panel-title', tabIndex: -1 });
  #note = make('p', {});
  #graph = new Graph();
  /** @type {HTMLElement[]} */
  #values = [];
  #stage;
  #of;

  /**
   * @param {HTMLElement} stage
   * @param {(uid: Uid) => Watch | null} of
   */
  constructor(stage, of) {
    this.#stage = stage;
    this.#of = of;
    const close = make('button', { type: 'button', className: 'quiet' });
    say(close, 'close');
    say(this.#title, 'panel-title');
    close.onclick = () => this.close();
    this.#card.setAttribute('aria-labelledby', 'panel-title');
    this.#card.onkeydown = ({ key }) => { if (key === 'Escape') this.close(); };
    const head = make('div', { className: 'head' });
    head.append(this.#title, close);
    this.#card.append(head, this.#note, this.#graph.element, this.#list());
    stage.append(this.#card);
  }

  /**
   * Shows the dots of somebody on their tile.
   * @param {Uid} uid
   * @param {HTMLElement} tile
   * @param {boolean} running
   */
  mark(uid, tile, running) {
    const level = running ? this.#of(uid)?.level ?? null : null;
    /** @type {HTMLButtonElement} */
    const dots = tile.querySelector('.dots') ?? dotsOn(tile);
    dots.hidden = level === null;
    if (level === null) return;
    dots.dataset.level = level;
    say(/** @type {HTMLElement} */ (dots.lastElementChild), LEVELS[level]);
    dots.onclick = () => (this.#about === uid ? this.close() : this.#open(uid, dots));
    dots.setAttribute('aria-expanded', String(this.#about === uid));
    if (this.#about === uid) this.#fill();
  }

  close() {
    if (this.#card.contains(document.activeElement)) this.#opener?.focus();
    this.#opener?.setAttribute('aria-expanded', 'false');
    this.#about = this.#opener = null;
    this.#card.hidden = true;
  }

  remove() {
    this.close();
    this.#card.remove();
    for (const dots of document.querySelectorAll('.dots')) dots.remove();
  }

  /** @param {(uid: Uid) => boolean} here whether somebody is still there */
  keep(here) {
    if (this.#about !== null && !here(this.#about)) this.close();
  }

  /**
   * @param {Uid} uid
   * @param {HTMLElement} opener
   */
  #open(uid, opener) {
    this.#about = uid;
    this.#opener = opener;
    opener.setAttribute('aria-expanded', 'true');
    this.#card.hidden = false;
    this.#fill();
    this.#title.focus({ preventScroll: true });
  }

  #fill() {
    const watch = this.#about === null ? null : this.#of(this.#about);
    const { figures } = watch ?? {};
    if (!watch || !figures) return;
    const reduced = watch.step.scale > 1;
    say(this.#note, reduced ? 'panel-reduced' : figures.pair?.way === 'relay' ? 'panel-relayed' : 'panel-direct');
    ROWS.forEach(([, read], i) => {
      const { word, values } = read(figures);
      say(this.#values[i], word, values);
    });
    this.#graph.show(watch.history);
    this.#place();
  }

  /** Beside the dots it belongs to, wherever they are now. */
  #place() {
    if (!this.#opener) return;
    const stage = this.#stage.getBoundingClientRect();
    const { left, right } = stage;
    // On phones the controls and the state lie over the stage.
    const top = Math.max(stage.top, element('state', HTMLElement).getBoundingClientRect().bottom);
    const bottom = Math.min(stage.bottom, element('controls', HTMLElement).getBoundingClientRect().top);
    const place = placeOf(this.#opener.getBoundingClientRect(), stage, { left, right, top, bottom }, this.#card.offsetWidth);
    const px = (/** @type {number | null} */ value) => (value === null ? 'auto' : `${value}px`);
    Object.assign(this.#card.style, { left: px(place.left), top: px(place.top), bottom: px(place.bottom), maxHeight: px(place.most) });
  }

  #list() {
    const list = make('dl', {});
    for (const [name] of ROWS) {
      const term = make('dt', {});
      const value = make('dd', {});
      say(term, name);
      value.dataset.figure = name.replace('panel-', '');
      this.#values.push(value);
      list.append(term, value);
    }
    return list;
  }
}

/** @param {HTMLElement} tile */
function dotsOn(tile) {
  const dots = make('button', { type: 'button', className: 'dots' });
  dots.append(make('i', {}), make('i', {}), make('i', {}), make('span', { className: 'unseen' }));
  tile.append(dots);
  return dots;
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} name
 * @param {Partial<HTMLElementTagNameMap[T]>} members
 */
function make(name, members) {
  return Object.assign(document.createElement(name), members);
}
