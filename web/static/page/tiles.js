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
 * @property {Word} [blank] why there is no picture
 * @property {boolean} [picture] false: what comes is an old picture
 * @property {boolean} [screen] the picture is a screen
 * @property {boolean} [silent] the microphone is off
 */

export class Tiles {
  #grid = element('tiles', HTMLElement);
  #first = element('tile', HTMLElement);
  /** @type {Map<Uid, HTMLElement>} */
  #tiles = new Map();
  #silenced;
  /** @type {Set<HTMLVideoElement>} those that the browser does not play until somebody clicks */
  #held = new Set();
  #speaker = '';

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

  /** The picture that tells most: a screen, or else the first. */
  get main() {
    const seen = [...this.#tiles.values()].filter((tile) => !videoOf(tile).hidden);
    const tile = seen.find((each) => each.classList.contains('screen')) ?? seen[0];
    return tile ? videoOf(tile) : null;
  }

  /** @param {string} speaker the id of one; "" leaves it to the browser */
  speakFrom(speaker) {
    this.#speaker = speaker;
    for (const tile of this.#tiles.values()) speakFrom(videoOf(tile), speaker);
  }

  get silenced() { return this.#held.size > 0; }

  /** Plays with sound, which browsers may hold back until somebody clicks. */
  play() {
    this.#held.clear();
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
    if (this.#speaker) speakFrom(videoOf(tile), this.#speaker);
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
    this.#held.delete(videoOf(tile));
    if (tile === this.#first) tile.hidden = true;
    else tile.remove();
  }

  /**
   * @param {HTMLElement} tile
   * @param {View} view
   */
  #fill(tile, { stream, word, blank: reason, picture = true, screen = false, silent = false }) {
    const video = videoOf(tile);
    const before = video.srcObject;
    project(video, stream);
    video.hidden ||= !picture; // the sound goes on
    tile.classList.toggle('screen', screen && !video.hidden);
    tile.classList.toggle('silent', silent && stream !== null);
    if (video.srcObject && video.srcObject !== before) this.#play(video);
    /** @type {HTMLElement} */ (tile.querySelector('.placeholder')).hidden = !video.hidden;
    const [blank, over] = /** @type {NodeListOf<HTMLElement>} */ (tile.querySelectorAll('p'));
    say(blank, stream && !word ? reason ?? 'other-no-camera' : word);
    say(over, video.hidden ? null : word);
  }

  /** @param {HTMLVideoElement} video */
  #play(video) {
    if (!video.srcObject) return;
    video.play().then(() => this.#held.delete(video), (error) => {
      if (error.name !== 'NotAllowedError' || !video.srcObject) return;
      this.#held.add(video);
      this.#silenced();
    });
  }
}

/**
 * A speaker that is gone is one that the browser chooses.
 * @param {HTMLVideoElement} video
 * @param {string} speaker
 */
const speakFrom = (video, speaker) => video.setSinkId?.(speaker).catch(() => {});

/** @param {HTMLElement} tile */
const videoOf = (tile) => /** @type {HTMLVideoElement} */ (tile.querySelector('video'));
