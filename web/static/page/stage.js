// What is seen in a call: the other one, ourselves in a corner, and the controls.

import { copy } from './clipboard.js';
import { button, element, project } from './dom.js';
import { say } from './language.js';
import { pathOf } from './room.js';

const COPIED_FOR = 2500; // ms

/**
 * @typedef {object} StageParts
 * @property {() => void} leave
 * @property {() => void} silenced the browser wants a click before it plays sound
 * @property {(link: string) => void} uncopied the browser does not let us copy
 */

export class Stage {
  #section = element('call', HTMLElement);
  #name = element('room-name', HTMLElement);
  #remote = element('remote', HTMLVideoElement);
  #link = element('link', HTMLInputElement);
  #parts;

  /** @param {StageParts} parts */
  constructor(parts) {
    this.#parts = parts;
    button('leave').onclick = parts.leave;
    button('invite-copy').onclick = (event) => this.#copy(event);
    button('copy').onclick = (event) => this.#copy(event);
    this.#link.onfocus = () => this.#link.select();
  }

  /** @param {string} room */
  open(room) {
    this.#name.textContent = room;
    this.#link.value = location.origin + pathOf(room);
    element('link-local', HTMLElement).hidden = !/^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname);
    this.#section.hidden = this.#name.hidden = false;
  }

  focus() {
    /** @type {HTMLElement | null} */ (this.#section.querySelector('#controls button:enabled'))?.focus();
  }

  close() {
    this.#section.hidden = this.#name.hidden = true;
    project(this.#remote, null);
  }

  /**
   * @param {MediaStream | null} remote of the other one, once it comes
   * @param {boolean} together whether there is an other one
   * @param {import('./state.js').CallState} state
   */
  show(remote, together, state) {
    const before = this.#remote.srcObject;
    project(this.#remote, remote);
    if (this.#remote.srcObject && this.#remote.srcObject !== before) this.play();
    element('nobody', HTMLElement).hidden = !together || !this.#remote.hidden;
    say(element('nobody-text', HTMLElement), remote ? 'other-no-camera' : null);
    say(element('invite-heading', HTMLElement), state === 'other-left' ? 'left-heading' : 'invite-heading');
    element('invite', HTMLElement).hidden = state !== 'waiting' && state !== 'other-left';
  }

  /** @param {import('./media.js').OwnMedia} media */
  mirror(media) {
    project(element('local', HTMLVideoElement), media.cameraOff ? null : media.stream);
  }

  /** Plays with sound, which browsers may hold back until somebody clicks. */
  play() {
    this.#remote.play().catch((error) => {
      if (error.name === 'NotAllowedError') this.#parts.silenced();
    });
  }

  /** @param {MouseEvent} event */
  async #copy({ currentTarget }) {
    const label = /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (currentTarget).querySelector('span'));
    if (!await copy(this.#link.value)) return this.#parts.uncopied(this.#link.value);
    say(label, 'copied');
    setTimeout(() => say(label, 'copy-link'), COPIED_FOR);
  }
}
