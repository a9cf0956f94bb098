// The language of a document: which one, and every word of it in that. The call page
// and the trust page bring their own words (language.js of each). Text goes into the
// document as text only, whatever it holds.

import { recall, remember } from './store.js';

/**
 * @typedef {'en' | 'zh-CN'} Language
 * @typedef {Record<string, string>} Values what stands for the {names} in a text
 */

/**
 * The first of the wishes that we speak, else English.
 * @param {readonly (string | null)[]} wishes language tags such as "zh-TW"
 * @returns {Language}
 */
export function pickLanguage(wishes) {
  for (const wish of wishes) {
    const tag = wish?.toLowerCase() ?? '';
    if (/^zh\b/.test(tag)) return 'zh-CN';
    if (/^en\b/.test(tag)) return 'en';
  }
  return 'en';
}

/**
 * The document's speech, with these words.
 * @template {string} Word
 * @param {Record<Language, Record<Word, string>>} words
 */
export function speechOf(words) {
  /** @type {Language} */
  let language = 'en';

  /** @type {WeakMap<Element, Values>} */
  const valuesOf = new WeakMap();

  /**
   * @param {Word} word
   * @param {Values} [values]
   */
  function translate(word, values = {}) {
    return words[language][word].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
  }

  /**
   * Has the element say a word, now and after each change of language; null empties it.
   * @param {HTMLElement} element
   * @param {Word | null} word
   * @param {Values} [values]
   */
  function say(element, word, values = {}) {
    if (word) element.dataset.i18n = word;
    else delete element.dataset.i18n;
    valuesOf.set(element, values);
    const text = word ? translate(word, values) : '';
    if (element.textContent !== text) element.textContent = text; // a live region speaks at each change
  }

  /**
   * Names an element for those who do not see it, now and after each change of language.
   * @param {HTMLElement | SVGElement} element
   * @param {Word} word
   */
  function label(element, word) {
    element.dataset.i18nLabel = word;
    const text = translate(word);
    element.setAttribute('aria-label', text);
    if (element instanceof HTMLButtonElement) element.title = text;
  }

  /** Starts with the language asked for in the address, chosen before, or of the browser. */
  function startLanguage() {
    const asked = new URLSearchParams(location.search).get('lang');
    use(pickLanguage([asked, recall('localStorage', 'language'), ...navigator.languages]));
  }

  /** Changes to the other language, and remembers it. */
  function switchLanguage() {
    const query = new URLSearchParams(location.search);
    query.delete('lang'); // or the next reload would undo the choice
    history.replaceState(null, '', `${location.pathname}${query.toString() ? `?${query}` : ''}`);
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
    for (const element of all('[data-i18n-label]')) label(element, /** @type {Word} */ (element.dataset.i18nLabel));
  }

  return { say, label, startLanguage, switchLanguage };
}

/** @param {string} selector */
const all = (selector) => /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(selector));
