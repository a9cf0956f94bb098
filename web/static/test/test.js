// The test page: starts the checks, shows what they find as it comes, and makes the
// report at the end.

import { copy } from '../page/clipboard.js';
import { button, element } from '../page/dom.js';
import { stop } from './devices.js';
import { Preview } from './eyes.js';
import { invitedBy, ownInvite } from './invited.js';
import { say, startLanguage, switchLanguage } from './language.js';
import { reportOf } from './report.js';
import { runAll } from './run.js';
import { summaryOf } from './verdict.js';
import { addRows, asText, clear, showBegan, showBroken, showFinding, showOpened, showSummary } from './view.js';

const COPIED_FOR = 2500; // ms

const preview = new Preview();
const invited = element('invited', HTMLFormElement);
const invitedLink = element('invite-link', HTMLInputElement);
const json = element('report-json', HTMLElement);
/** @type {MediaStream[]} open now */
let streams = [];
let busy = false;

/** @param {boolean} withDevices */
async function start(withDevices) {
  if (busy) return;
  setBusy(true);
  devicesOff();
  clear();
  element('report', HTMLElement).hidden = invited.hidden = true;
  try {
    await look(withDevices);
  } catch (error) {
    console.warn('the checks broke off:', error);
    showBroken(error);
  } finally {
    setBusy(false);
    say(button('start'), 'start-again');
  }
}

/** @param {boolean} withDevices */
async function look(withDevices) {
  const began = new Date();
  /** @type {Map<import('./findings.js').Check, import('./findings.js').Finding>} */
  const found = new Map();
  const { info, urls } = await runAll({
    eyes: withDevices ? preview : null,
    invited: invitedBy(invitedLink.value) ?? ownInvite(),
    began: showBegan,
    opened: (device, stream) => {
      streams.push(stream);
      showOpened(device);
    },
    tell: (finding, info) => {
      found.set(finding.check, finding);
      showFinding(finding, info.trust);
    },
  });
  const summary = summaryOf(found);
  if (!summary) throw new Error('a check said nothing');
  showSummary(summary);
  const report = reportOf({
    server: info.version, page: location.origin, userAgent: navigator.userAgent,
    language: document.documentElement.lang, began, ended: new Date(), urls,
  }, found, summary);
  json.textContent = JSON.stringify(report, null, 2);
  element('report', HTMLElement).hidden = false;
  invited.hidden = summary !== 'invite';
}

/**
 * Buttons that are disabled would lose the focus to nowhere.
 * @param {boolean} now
 */
function setBusy(now) {
  busy = now;
  for (const id of ['start', 'start-without']) button(id).setAttribute('aria-disabled', String(now));
}

function devicesOff() {
  preview.close();
  streams.forEach(stop);
  streams = [];
}

/**
 * @param {string} id of the button
 * @param {import('./language.js').Word} word that it bears
 * @param {() => string} text
 */
function copies(id, word, text) {
  const label = /** @type {HTMLElement} */ (button(id).querySelector('span'));
  button(id).onclick = async () => {
    say(label, await copy(text()) ? 'copied' : 'uncopied');
    setTimeout(() => say(label, word), COPIED_FOR);
  };
}

addRows();
startLanguage();
button('language').onclick = switchLanguage;
button('start').onclick = () => start(true);
button('start-without').onclick = () => start(false);
button('off').onclick = devicesOff;
copies('copy-json', 'copy-json', () => json.textContent ?? '');
copies('copy-text', 'copy-text', asText);
invited.onsubmit = (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  const link = invitedBy(invitedLink.value);
  say(element('invite-fault', HTMLElement), link ? null : 'invite-fault');
  invitedLink.setAttribute('aria-invalid', String(!link));
  if (link) start(false);
  else invitedLink.focus();
};
addEventListener('pagehide', devicesOff);
element('unloaded', HTMLElement).remove();
