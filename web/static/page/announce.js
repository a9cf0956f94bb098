// What those who listen to the page should hear, though no part of the page that they
// are at has changed.

import { element } from './dom.js';
import { say } from './language.js';

/**
 * @param {import('./language.js').Word | null} word null: nothing of what was to be said just now
 * @param {import('./language.js').Values} [values]
 */
export function announce(word, values) {
  const region = element('announce', HTMLElement);
  region.textContent = ''; // the same again is news too
  say(region, word, values);
}
