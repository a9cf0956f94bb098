// The one dialog of the page, which shows now this and now that part of it. The
// browser keeps the focus in it, closes it on Escape, and gives the focus back.

import { element } from './dom.js';
import { say } from './language.js';

/**
 * @param {import('./language.js').Word} title
 * @param {HTMLElement} part
 * @param {() => void} [closed]
 */
export function openDialog(title, part, closed = () => {}) {
  const dialog = element('dialog', HTMLDialogElement);
  if (dialog.open) return;
  say(element('dialog-title', HTMLElement), title);
  element('dialog-body', HTMLElement).replaceChildren(part);
  dialog.onclose = closed;
  dialog.onclick = ({ target }) => { if (target === dialog) dialog.close(); }; // beside it
  dialog.showModal();
}

export function closeDialog() {
  element('dialog', HTMLDialogElement).close();
}
