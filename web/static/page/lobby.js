// What is seen before a call: our own picture, the name of the room, and one button.

import { button, element, project } from './dom.js';
import { say } from './language.js';
import { friendlyName } from './names.js';
import { faultOf, nameIn, tidy } from './room.js';

/**
 * @typedef {object} LobbyParts
 * @property {(room: string, wish: import('./media.js').Wish) => void} join
 * @property {() => void} preview
 * @property {(room: string) => void} link wanted, to give to others
 */

export class Lobby {
  #section = element('lobby', HTMLElement);
  #field = element('room', HTMLInputElement);
  #fault = element('room-fault', HTMLElement);
  #pin = element('pin', HTMLInputElement);
  #join;

  /** @param {LobbyParts} parts */
  constructor({ join, preview, link }) {
    this.#join = join;
    const invited = nameIn(location.pathname);
    this.#field.value = invited || friendlyName();
    button('new-name').hidden = invited !== ''; // in another room nobody would wait
    if (invited) {
      say(element('lobby-heading', HTMLElement), 'invited-heading');
      say(element('lobby-lead', HTMLElement), 'invited-lead');
    }
    this.#field.oninput = () => this.#renamed();
    button('new-name').onclick = () => { this.#field.value = friendlyName(); this.#renamed(); };
    button('preview-start').onclick = preview;
    button('lobby-link').onclick = () => { if (this.#nameIsGood()) link(this.room); };
    element('entry', HTMLFormElement).onsubmit = (event) => {
      event.preventDefault();
      this.submit('all');
    };
  }

  /**
   * Joins the room of this name, if it is one.
   * @param {import('./media.js').Wish} wish
   */
  submit(wish) {
    if (this.#nameIsGood()) this.#join(this.room, wish);
  }

  get room() { return tidy(this.#field.value); }

  /** What was typed as the room's PIN; null where none is asked for. */
  get pin() { return this.#pin.value.trim() || null; }

  /**
   * Asks for the PIN of a room, once more if it was wrong.
   * @param {boolean} wrong
   */
  askPin(wrong) {
    element('pin-line', HTMLElement).hidden = false;
    say(element('pin-fault', HTMLElement), wrong ? 'pin-wrong' : 'pin-missing');
    this.#pin.setAttribute('aria-invalid', String(wrong));
    this.#pin.focus();
    this.#pin.select();
  }

  /** @param {string | null} pin of the room we come back to */
  recallPin(pin) {
    this.#pin.value = pin ?? '';
    element('pin-line', HTMLElement).hidden = !pin;
  }

  /** @param {boolean} visible */
  show(visible) {
    this.#section.hidden = !visible;
    if (!visible) project(element('preview', HTMLVideoElement), null); // nobody sees it
  }

  focus() { button('join').focus(); }

  /** @param {import('./media.js').OwnMedia} media */
  mirror(media) {
    const open = media.has('camera');
    const shown = open && !media.cameraOff;
    project(element('preview', HTMLVideoElement), shown ? media.stream : null);
    element('preview-empty', HTMLElement).hidden = shown;
    button('preview-start').hidden = open || media.cameraOff;
    say(element('preview-text', HTMLElement), media.cameraOff ? 'preview-off' : 'preview-empty');
  }

  #nameIsGood() {
    const fault = faultOf(this.room);
    this.#tell(fault);
    if (fault) this.#field.focus();
    return fault === null;
  }

  /** Another room: what was wrong with the one before does not matter. */
  #renamed() {
    this.#tell(null);
    this.recallPin(null);
  }

  /** @param {import('./language.js').Word | null} fault */
  #tell(fault) {
    say(this.#fault, fault);
    this.#field.setAttribute('aria-invalid', String(fault !== null));
  }
}
