// What the others get of us: the tracks that are sent now, and what they should know
// about them. Every connection watches it, so whoever changes a track here need not
// know how many others there are.

/**
 * @typedef {import('./messages.js').About} About
 * @typedef {'audio' | 'video'} Kind
 * @typedef {Record<Kind, MediaStreamTrack | null>} Tracks
 */

export const KINDS = /** @type {const} */ (['audio', 'video']);

export class Outgoing {
  /** Only its name is sent: it tells the others that sound and picture belong together. */
  stream = new MediaStream();
  /** @type {About} */
  about = { camera: 'none', microphone: 'none', screen: false };
  /** @type {Tracks} */
  #tracks = { audio: null, video: null };
  /** @type {Set<() => void>} */
  #watchers = new Set();

  /** @param {Kind} kind */
  track(kind) { return this.#tracks[kind]; }

  /**
   * @param {Tracks} tracks
   * @param {About} about
   */
  set(tracks, about) {
    this.#tracks = tracks;
    this.about = about;
    for (const changed of this.#watchers) changed();
  }

  /**
   * @param {() => void} changed
   * @returns {() => void} ends the watch
   */
  watch(changed) {
    this.#watchers.add(changed);
    return () => { this.#watchers.delete(changed); };
  }
}
