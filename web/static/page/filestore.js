// Where a file is put that comes in: in a file that the person chose, where the browser
// can write into one, else in memory, to be saved when it is whole.

import { MOST_FILE } from './messages.js';

/**
 * @typedef {object} Store
 * @property {boolean} inMemory
 * @property {(data: ArrayBuffer) => Promise<void>} write
 * @property {() => Promise<void>} finish
 * @property {() => void} drop
 * @property {() => Blob | null} blob what there is in memory when it is finished
 */

// What is smaller is saved like any other download, without the question where to.
const ASK_FROM = 32e6; // bytes
export const MOST_IN_MEMORY = 250e6; // bytes, of all files together

const canAsk = () => 'showSaveFilePicker' in window;

/** @param {number} size */
export const isForMemory = (size) => size < ASK_FROM || !canAsk();

/** How large a file this browser can take. */
export const mostHere = () => (isForMemory(MOST_FILE) ? MOST_IN_MEMORY : MOST_FILE);

/**
 * Asks where to. Only at once after somebody has clicked does the browser let us.
 * @param {string} name
 * @returns {Promise<Store>} it throws an AbortError if the person would rather not
 */
export async function inFile(name) {
  const handle = await /** @type {any} */ (window).showSaveFilePicker({ suggestedName: name });
  const writer = await handle.createWritable(); // beside the file, which it replaces at the end
  return {
    inMemory: false,
    write: (data) => writer.write(data),
    finish: () => writer.close(),
    drop: () => { writer.abort().catch(() => {}); },
    blob: () => null,
  };
}

const TOGETHER = 4 * 1024 * 1024; // bytes; the browser can lay such a part on disk

/** @returns {Store} */
export function inMemory() {
  /** @type {BlobPart[]} */
  let parts = [];
  /** @type {ArrayBuffer[]} */
  let few = [];
  let size = 0;
  const together = () => {
    parts.push(new Blob(few));
    few = [];
    size = 0;
  };
  return {
    inMemory: true,
    async write(data) {
      few.push(data);
      size += data.byteLength;
      if (size >= TOGETHER) together();
    },
    async finish() { together(); },
    drop() { parts = few = []; },
    blob: () => new Blob(parts, { type: 'application/octet-stream' }), // never a page of ours
  };
}
