// The buttons below a call, but for the two that switch our devices, and the drawer of
// those that are used less.

import { button, element } from './dom.js';
import { endEnlarge, startEnlarge } from './enlarge.js';
import { say } from './language.js';

/**
 * @typedef {object} BarParts
 * @property {() => void} leave
 * @property {() => void} share begins or ends showing a screen
 * @property {() => void} chat
 * @property {() => void} devices
 * @property {() => void} qr
 * @property {() => void} keys
 * @property {() => HTMLVideoElement | null} main
 */

export class Bar {
  #share = button('share');
  #more = button('more-open');
  #drawer = element('more', HTMLElement);

  /** @param {BarParts} parts */
  constructor({ leave, share, chat, devices, qr, keys, main }) {
    this.#share.hidden = !navigator.mediaDevices?.getDisplayMedia; // phones
    this.#share.onclick = share;
    button('leave').onclick = leave;
    button('chat-open').onclick = chat;
    button('devices-open').onclick = devices;
    button('qr-open').onclick = qr;
    button('invite-qr').onclick = qr;
    button('keys-open').onclick = keys;
    startEnlarge(main);
    this.#more.onclick = () => this.#open(this.#drawer.hidden);
    // What was chosen is done; only that a link was copied is to be read on its button.
    this.#drawer.addEventListener('click', (event) => {
      if (event.target instanceof Element && event.target.closest('button')?.id !== 'copy') this.#open(false);
    }, true); // before a dialog opens, which gives the focus back to who has it now
    addEventListener('pointerdown', ({ target }) => {
      if (target instanceof Node && !this.#drawer.contains(target) && !this.#more.contains(target)) this.#open(false);
    });
    element('controls', HTMLElement).addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || this.#drawer.hidden) return;
      this.#open(false);
    });
  }

  /** @param {boolean} shared whether our screen is seen */
  showShare(shared) {
    this.#share.setAttribute('aria-pressed', String(shared));
    say(/** @type {HTMLElement} */ (this.#share.querySelector('span')), shared ? 'share-end' : 'share');
  }

  /** The call is over. */
  close() {
    this.#open(false);
    endEnlarge();
  }

  /** @param {boolean} open */
  #open(open) {
    if (!open && this.#drawer.contains(document.activeElement)) this.#more.focus();
    this.#drawer.hidden = !open;
    this.#more.setAttribute('aria-expanded', String(open));
  }
}
