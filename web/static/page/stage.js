// What is seen in a call: the other one, ourselves in a corner, and how to invite others.

import { copy } from './clipboard.js';
import { button, element, project } from './dom.js';
import { say } from './language.js';
import { pathOf } from './room.js';
import { Tiles } from './tiles.js';

const COPIED_FOR = 2500; // ms

/**
 * @typedef {object} StageParts
 * @property {() => void} silenced the browser wants a click before it plays sound
 * @property {(link: string) => void} uncopied the browser does not let us copy
 * @property {(pin: string) => void} lock the room shall have this PIN
 *
 * @typedef {import('./state.js').CallState} CallState
 */

export class Stage {
  #section = element('call', HTMLElement);
  #name = element('room-name', HTMLElement);
  #link = element('link', HTMLInputElement);
  #pin = element('lock-pin', HTMLInputElement);
  #parts;
  #tiles;

  /** @param {StageParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#tiles = new Tiles(parts.silenced);
    button('invite-copy').onclick = (event) => this.#copy(event);
    button('copy').onclick = (event) => this.#copy(event);
    this.#link.onfocus = () => this.#link.select();
    element('lock', HTMLFormElement).onsubmit = (event) => {
      event.preventDefault();
      const pin = this.#pin.value.trim();
      if (pin) parts.lock(pin);
      else this.#pin.focus();
    };
  }

  /**
   * @param {string} room
   * @param {string | null} invite that whoever gets the link may use too
   */
  open(room, invite) {
    this.#name.textContent = room;
    this.#link.value = linkTo(room, invite);
    this.#pin.value = '';
    element('link-local', HTMLElement).hidden = !/^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname);
    this.#section.hidden = this.#name.hidden = false;
  }

  /** What others come in by. */
  get link() { return this.#link.value; }

  /** The picture to look at while doing other things. */
  get main() { return this.#tiles.main; }

  focus() {
    /** @type {HTMLElement | null} */ (this.#section.querySelector('#controls button:enabled'))?.focus();
  }

  close() {
    this.#section.hidden = this.#name.hidden = true;
    this.#tiles.show(new Map());
  }

  /**
   * @param {Map<import('./signaling.js').Uid, import('./tiles.js').View>} views of the others
   * @param {CallState} state
   */
  show(views, state) {
    this.#tiles.show(views);
    say(element('invite-heading', HTMLElement), state === 'other-left' ? 'left-heading' : 'invite-heading');
    element('invite', HTMLElement).hidden = state !== 'waiting' && state !== 'other-left';
  }

  /**
   * Who is alone may give the room a PIN.
   * @param {boolean} possible
   * @param {string | null} pin that the room has
   */
  showLock(possible, pin) {
    element('lock', HTMLElement).hidden = !possible;
    say(element('lock-state', HTMLElement), pin ? 'locked' : null, { pin: pin ?? '' });
  }

  /** @param {import('./media.js').OwnMedia} media */
  mirror(media) {
    const seen = media.screen !== null || !media.cameraOff;
    project(element('local', HTMLVideoElement), seen ? media.stream : null);
    element('self', HTMLElement).classList.toggle('screen', media.screen !== null);
  }

  /**
   * @param {import('./signaling.js').Uid} uid
   * @returns {HTMLElement | null} where somebody is seen
   */
  tileOf(uid) { return this.#tiles.of(uid); }

  /**
   * Where the sound of the others comes from.
   * @param {string} speaker its id; "" leaves it to the browser
   */
  speakFrom(speaker) { this.#tiles.speakFrom(speaker); }

  /** Whether the browser wants a click before it plays somebody's sound. */
  get silenced() { return this.#tiles.silenced; }

  /** Plays with sound, which browsers may hold back until somebody clicks. */
  play() { this.#tiles.play(); }

  /** @param {MouseEvent} event */
  async #copy({ currentTarget }) {
    const label = /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (currentTarget).querySelector('span'));
    if (!await copy(this.#link.value)) return this.#parts.uncopied(this.#link.value);
    say(label, 'copied');
    setTimeout(() => say(label, 'copy-link'), COPIED_FOR);
  }
}

/**
 * @param {string} room
 * @param {string | null} invite that whoever gets the link may use too
 */
export const linkTo = (room, invite) => location.origin + pathOf(room) + (invite ? `#invite=${invite}` : '');
