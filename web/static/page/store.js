// What the browser keeps for us. It may refuse to (blocked cookies); then nothing
// is remembered, and nothing else breaks.

/** @typedef {'localStorage' | 'sessionStorage'} Kind for ever, or for the tab's life */

const PREFIX = 'zerortc.';

/**
 * @param {Kind} kind
 * @param {string} key
 * @returns {string | null}
 */
export function recall(kind, key) {
  try {
    return window[kind].getItem(PREFIX + key);
  } catch {
    return null;
  }
}

/**
 * @param {Kind} kind
 * @param {string} key
 * @param {string | null} value null forgets
 */
export function remember(kind, key, value) {
  try {
    if (value === null) window[kind].removeItem(PREFIX + key);
    else window[kind].setItem(PREFIX + key, value);
  } catch { /* not remembered */ }
}
