// Keys for what is done often in a call. Each presses the button that does it, so a key
// can do no more than a finger. They are single letters, which somebody who speaks to
// the machine types by accident: they can be switched off (WCAG 2.2, 2.1.4).

import { element } from './dom.js';
import { recall, remember } from './store.js';

/**
 * @typedef {object} Key
 * @property {string} key
 * @property {boolean} [shift]
 * @property {string} button
 * @property {import('./language.js').Word} word what it does
 */

/** @type {Key[]} */
export const KEYS = [
  { key: 'm', button: '#controls [data-toggle=microphone]', word: 'key-mute' },
  { key: 'v', button: '#controls [data-toggle=camera]', word: 'key-camera' },
  { key: 's', button: '#share', word: 'key-share' },
  { key: 'c', button: '#chat-open', word: 'key-chat' },
  { key: 'p', button: '#pip', word: 'pip' },
  { key: 'f', button: '#full', word: 'full' },
  { key: 'l', shift: true, button: '#leave', word: 'key-leave' },
  { key: '?', button: '#keys-open', word: 'key-help' },
];

export const areKeysOn = () => recall('localStorage', 'keys') !== 'off';

/** @param {boolean} on */
export const switchKeys = (on) => remember('localStorage', 'keys', on ? null : 'off');

/**
 * The key that was pressed, unless it was meant for a field or for the browser.
 * @param {KeyboardEvent} event
 */
function pressed(event) {
  const { key, shiftKey, ctrlKey, metaKey, altKey, repeat, isComposing, target } = event;
  if (ctrlKey || metaKey || altKey || repeat || isComposing) return null;
  if (target instanceof Element && target.closest('input, textarea, select, dialog')) return null;
  return KEYS.find((each) => each.key === key.toLowerCase() && (each.key === '?' || Boolean(each.shift) === shiftKey)) ?? null;
}

/** @param {() => boolean} inCall */
export function startKeys(inCall) {
  addEventListener('keydown', (event) => {
    const found = inCall() && areKeysOn() && pressed(event);
    if (!found || element('dialog', HTMLDialogElement).open) return;
    const button = document.querySelector(found.button);
    if (!(button instanceof HTMLButtonElement) || button.hidden || button.disabled) return;
    event.preventDefault();
    button.click();
  });
}
