// The pictures of the others, each on a tile of its own. One of them fills the stage;
// of more, a grid is made.

import { element, project } from './dom.js';
import { say } from './language.js';

/**
 * @typedef {import('./signaling.js').Uid} Uid
 * @typedef {import('./language.js').Word} Word
 *
 * @typedef {object} View what is to be seen of somebody
 * @property {MediaStream | null} stream
 * @property {Word | null} word about the connection
 */

export class Tiles {
  #grid = element('tiles', HTMLElement);
  #first = element('tile', HTMLElement);
  /** @type {Map<Uid, HTMLElement>} */
  #tiles = new Map();
  #silenced;

  /** @param {() => void} silenced the browser wants a click before it plays sound */
  constructor(silenced) {
    this.#silenced = silenced;
  }

  /** @param {Map<Uid, View>} views of everybody there is */
  show(views) {
    for (const [uid, tile] of this.#tiles) if (!views.has(uid)) this.#remove(uid, tile);
    for (const [uid, view] of views) this.#fill(this.#tiles.get(uid) ?? this.#add(uid), view);
    const people = views.size + 1;
    this.#grid.dataset.people = String(people > 2 ? people : 2);
  }

  /**
   * @param {Uid} uid
   * @returns {HTMLElement | null} the tile of somebody
   */
  of(uid) { return this.#tiles.get(uid) ?? null; }

  /** Plays with sound, which browsers may hold back until somebody clicks. */
  play() {
    for (const tile of this.#tiles.values()) this.#play(videoOf(tile));
  }

  /**
   * The tile that the page comes with serves the first; it is never taken out.
   * @param {Uid} uid
   */
  #add(uid) {
    const taken = [...this.#tiles.values()].includes(this.#first);
    const tile = taken ? /** @type {HTMLElement} */ (this.#first.cloneNode(true)) : this.#first;
    if (taken) {
      for (const part of [tile, ...tile.querySelectorAll('[id]')]) part.removeAttribute('id');
      this.#fill(tile, { stream: null, word: null });
      this.#grid.append(tile);
    }
    tile.hidden = false;
    this.#tiles.set(uid, tile);
    return tile;
  }

  /**
   * @param {Uid} uid
   * @param {HTMLElement} tile
   */
  #remove(uid, tile) {
    this.#fill(tile, { stream: null, word: null });
    this.#tiles.delete(uid);
    if (tile === this.#first) tile.hidden = true;
    else tile.remove();
  }

  /**
   * @param {HTMLElement} tile
   * @param {View} view
   */
  #fill(tile, { stream, word }) {
    const video = videoOf(tile);
    const before = video.srcObject;
    project(video, stream);
    if (video.srcObject && video.srcObject !== before) this.#play(video);
    /** @type {HTMLElement} */ (tile.querySelector('.placeholder')).hidden = !video.hidden;
    const [blank, over] = /** @type {NodeListOf<HTMLElement>} */ (tile.querySelectorAll('p'));
    say(blank, stream && !word ? 'other-no-camera' : word);
    say(over, video.hidden ? null : word);
  }

  /** @param {HTMLVideoElement} video */
  #play(video) {
    if (!video.srcObject) return;
    video.play().catch((error) => {
      if (error.name === 'NotAllowedError') this.#silenced();
    });
  }
}

/** @param {HTMLElement} tile */
const videoOf = (tile) => /** @type {HTMLVideoElement} */ (tile.querySelector('video'));
