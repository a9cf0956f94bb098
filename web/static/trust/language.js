// The language of the trust page, chosen as on the call page, which keeps its words
// to itself. Text goes into the document as text only.

import { recall, remember } from './store.js';
import { en } from './words/en.js';
import { zhCN } from './words/zh-CN.js';

/**
 * @typedef {keyof typeof en} Word
 * @typedef {'en' | 'zh-CN'} Language
 * @typedef {Record<string, string>} Values what stands for the {names} in a text
 */

const WORDS = { 'en': en, 'zh-CN': zhCN };

/** @type {Language} */
let language = 'en';

/** @type {WeakMap<Element, Values>} */
const valuesOf = new WeakMap();

/**
 * The first of the wishes that we speak, else English.
 * @param {readonly (string | null)[]} wishes language tags such as "zh-TW"
 * @returns {Language}
 */
export function pickLanguage(wishes) {
  const tags = wishes.map((wish) => wish?.toLowerCase() ?? '');
  return /^zh\b/.test(tags.find((tag) => /^(zh|en)\b/.test(tag)) ?? '') ? 'zh-CN' : 'en';
}

/**
 * Has the element say a word, now and after each change of language; null empties it.
 * @param {HTMLElement} element
 * @param {Word | null} word
 * @param {Values} [values]
 */
export function say(element, word, values = {}) {
  if (word) element.dataset.i18n = word;
  else delete element.dataset.i18n;
  valuesOf.set(element, values);
  const text = word ? WORDS[language][word].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '') : '';
  if (element.textContent !== text) element.textContent = text; // a live region speaks at each change
}

/** Starts with the language asked for in the address, chosen before, or of the browser. */
export function startLanguage() {
  const asked = new URLSearchParams(location.search).get('lang');
  use(pickLanguage([asked, recall('localStorage', 'language'), ...navigator.languages]));
}

/** Changes to the other language, and remembers it. */
export function switchLanguage() {
  history.replaceState(null, '', location.pathname); // a ?lang= would undo the choice at the next reload
  use(language === 'en' ? 'zh-CN' : 'en');
  remember('localStorage', 'language', language);
}

/** @param {Language} chosen */
function use(chosen) {
  language = chosen;
  document.documentElement.lang = chosen;
  for (const element of all('[data-i18n="other-language"]')) element.lang = chosen === 'en' ? 'zh-CN' : 'en';
  for (const element of all('[data-i18n]')) {
    say(element, /** @type {Word} */ (element.dataset.i18n), valuesOf.get(element));
  }
  for (const element of all('[data-i18n-label]')) {
    element.setAttribute('aria-label', WORDS[chosen][/** @type {Word} */ (element.dataset.i18nLabel)]);
  }
}

/** @param {string} selector */
const all = (selector) => /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(selector));
