// The list of checks as people see it, and the verdict above.

import { element } from '../page/dom.js';
import { CHECKS, meaningOf } from './findings.js';
import { say } from './language.js';
import { SUMMARIES } from './verdict.js';

/**
 * @typedef {import('./findings.js').Check} Check
 * @typedef {import('./findings.js').Finding} Finding
 * @typedef {import('./findings.js').Link} Link
 * @typedef {import('./language.js').Word} Word
 * @typedef {import('./findings.js').Verdict | 'waiting' | 'running'} Standing
 */

/** @type {Record<Standing, Word>} */
const STANDINGS = {
  waiting: 'standing-waiting',
  running: 'standing-running',
  ok: 'standing-ok',
  hint: 'standing-hint',
  fault: 'standing-fault',
  skipped: 'standing-skipped',
};

/** @type {Record<Check, Word>} */
const TITLES = {
  'secure-context': 'check-secure-context',
  'camera': 'check-camera',
  'microphone': 'check-microphone',
  'websocket': 'check-websocket',
  'ice': 'check-ice',
  'clock': 'check-clock',
  'stun': 'check-stun',
  'turn-udp': 'check-turn-udp',
  'turn-tcp': 'check-turn-tcp',
  'turn-tls': 'check-turn-tls',
  'relay-udp': 'check-relay-udp',
  'relay-tcp': 'check-relay-tcp',
  'relay-tls': 'check-relay-tls',
};

/** @type {Record<Link, { word: Word, path: string }>} */
const LINKS = {
  https: { word: 'open-https', path: `https://${location.host}/test` },
  trust: { word: 'open-trust', path: '/trust' },
};

/** @type {Record<import('./verdict.js').Summary, [Word, Word]>} what it comes to, and what that means */
const SUMMARY_WORDS = {
  'works': ['works', 'works-text'],
  'works-but': ['works-but', 'works-but-text'],
  'relay-only': ['relay-only', 'relay-only-text'],
  'no-relay': ['no-relay', 'no-relay-text'],
  'invite': ['invite', 'invite-text'],
  'no-devices': ['no-devices', 'no-devices-text'],
  'insecure': ['no-secure', 'no-secure-text'],
  'no-way': ['no-way', 'no-way-text'],
  'no-list': ['no-servers', 'no-servers-text'],
  'no-signaling': ['no-signaling', 'no-signaling-text'],
  'no-webrtc': ['no-calls', 'no-webrtc-do'],
  'server-gone': ['gone', 'gone-text'],
};

const verdict = element('verdict', HTMLElement);
const progress = element('progress', HTMLProgressElement);
const news = element('news', HTMLElement);

/** Makes a row for each check. */
export function addRows() {
  const model = element('row', HTMLTemplateElement);
  for (const list of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-checks]'))) {
    for (const check of (list.dataset.checks ?? '').split(' ')) {
      const made = /** @type {DocumentFragment} */ (model.content.cloneNode(true));
      /** @type {Element} */ (made.firstElementChild).id = `check-${check}`;
      list.append(made);
    }
  }
  for (const check of CHECKS) stand(check, 'waiting');
}

/** Everything is still to come. */
export function clear() {
  for (const check of CHECKS) {
    stand(check, 'waiting');
    words(check, null, null, {});
    follow(check, null);
  }
  progress.value = 0;
  progress.max = CHECKS.length;
  progress.hidden = false;
  verdict.dataset.verdict = 'running';
  say(element('verdict-title', HTMLElement), 'running');
  say(element('verdict-text', HTMLElement), 'running-text');
  say(news, null);
}

/**
 * A check is under way.
 * @param {Check} check
 * @param {number} [done] from 0 to 1, if that is known
 */
export function showBegan(check, done) {
  stand(check, 'running');
  if (check === 'camera' || check === 'microphone') words(check, 'device-asking', null, {});
  if (done !== undefined) words(check, 'relay-running', null, { percent: String(Math.round(100 * done)) });
}

/** @param {'camera' | 'microphone'} device */
export function showOpened(device) {
  words(device, device === 'camera' ? 'camera-opened' : 'level', null, {});
}

/**
 * @param {Finding} finding
 * @param {boolean} trust whether the server has a page to make devices trust it
 */
export function showFinding(finding, trust) {
  const { check, facts = {} } = finding;
  const { verdict, what, remedy, link } = meaningOf(finding);
  const values = Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, String(fact)]));
  stand(check, verdict);
  row(check).dataset.code = finding.code;
  words(check, what, remedy, values);
  follow(check, link === 'trust' && !trust ? null : link);
  progress.value++;
  if (verdict === 'fault') say(news, what, values); // for those who listen
}

/** @param {import('./verdict.js').Summary} summary */
export function showSummary(summary) {
  const [title, text] = SUMMARY_WORDS[summary];
  progress.hidden = true;
  verdict.dataset.verdict = SUMMARIES[summary];
  verdict.dataset.summary = summary;
  say(element('verdict-title', HTMLElement), title);
  say(element('verdict-text', HTMLElement), text);
}

/** @param {unknown} error that ended the checks before they were done */
export function showBroken(error) {
  progress.hidden = true;
  verdict.dataset.verdict = 'fault';
  delete verdict.dataset.summary;
  say(element('verdict-title', HTMLElement), 'broken');
  say(element('verdict-text', HTMLElement), 'broken-text', { detail: String(error) });
}

/**
 * What the page says of all this, line by line, for letters.
 * @returns {string}
 */
export function asText() {
  const text = (/** @type {string} */ id) => element(id, HTMLElement).textContent;
  const lines = CHECKS.map((check) => {
    const [standing, title, what, remedy] = ['.standing', '.title', '.what', '.remedy'].map((name) => part(check, name).textContent ?? '');
    return `${standing} – ${title}: ${what}${remedy && `\n    → ${remedy}`}`;
  });
  return [text('verdict-title'), text('verdict-text'), '', ...lines].join('\n');
}

/**
 * @param {Check} check
 * @param {Standing} standing
 */
function stand(check, standing) {
  row(check).dataset.verdict = standing;
  delete row(check).dataset.code;
  part(check, 'use').setAttribute('href', `#icon-${standing}`);
  say(part(check, '.standing'), STANDINGS[standing]);
  say(part(check, '.title'), TITLES[check]);
}

/**
 * @param {Check} check
 * @param {Word | null} what
 * @param {Word | null} remedy
 * @param {import('./language.js').Values} values
 */
function words(check, what, remedy, values) {
  say(part(check, '.what'), what, values);
  say(part(check, '.remedy'), remedy, values);
}

/**
 * @param {Check} check
 * @param {Link | null} link
 */
function follow(check, link) {
  const anchor = /** @type {HTMLAnchorElement} */ (part(check, '.follow'));
  anchor.hidden = link === null;
  if (!link) return;
  anchor.href = LINKS[link].path;
  say(anchor, LINKS[link].word);
}

/** @param {Check} check */
const row = (check) => element(`check-${check}`, HTMLElement);

/**
 * @param {Check} check
 * @param {string} name
 * @returns {HTMLElement}
 */
const part = (check, name) => /** @type {HTMLElement} */ (row(check).querySelector(name));
