// How files get onto the page: dropped, pasted, or chosen.

import { button, element } from './dom.js';

/**
 * @typedef {object} DropParts
 * @property {() => unknown} stay the one that is under way; without one the browser does as it always does
 * @property {(files: File[], folders: number) => void} files
 */

/** @param {DropParts} parts */
export function startFileDrop({ stay, files }) {
  const over = element('drop', HTMLElement);
  const picker = element('file-pick', HTMLInputElement);
  /** @type {unknown} */
  let asked = null;
  button('file-choose').onclick = () => {
    asked = stay();
    picker.click();
  };
  picker.onchange = () => {
    if (asked && asked === stay()) files([...picker.files ?? []], 0); // the chooser outlives a call, and they were for that one
    picker.value = ''; // the same again is another offer
  };

  /** @param {DragEvent} event */
  const carries = ({ dataTransfer }) => stay() && dataTransfer?.types.includes('Files');
  addEventListener('dragover', (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    over.hidden = false;
  });
  addEventListener('dragleave', ({ relatedTarget }) => { if (!relatedTarget) over.hidden = true; });
  addEventListener('drop', (event) => {
    over.hidden = true;
    if (!carries(event)) return;
    event.preventDefault(); // or the browser opens it in place of the call
    const items = [...event.dataTransfer?.items ?? []].filter(({ kind }) => kind === 'file');
    const whole = items.filter((item) => !item.webkitGetAsEntry?.()?.isDirectory);
    files(whole.flatMap((item) => item.getAsFile() ?? []), items.length - whole.length);
  });
  document.addEventListener('paste', (event) => {
    const { clipboardData, target } = event;
    const field = target instanceof Element && target.closest('input, textarea');
    if (!stay() || !clipboardData?.files.length || field && clipboardData.types.includes('text/plain')) return;
    event.preventDefault();
    files([...clipboardData.files], 0);
  });
}
