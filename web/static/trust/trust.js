// The trust page: what this device thinks of the server, which authority it is
// about, and the steps for the system at hand first.

import { button, element } from './dom.js';
import { say, startLanguage, switchLanguage } from './language.js';
import { probe } from './probe.js';
import { systemOf } from './system.js';

const page = `https://${location.host}/`;
const verdict = element('verdict', HTMLElement);
const again = button('again');
const open = element('open', HTMLAnchorElement);

// ---- What this device thinks of the server

/** @typedef {import('./language.js').Word} Word */
/** @type {Record<import('./probe.js').Verdict, { more: Word | null, open: Word | null }>} */
const shown = {
  trusted: { more: 'trusted-more', open: 'open' },
  untrusted: { more: 'untrusted-more', open: 'open-anyway' },
  half: { more: null, open: null },
  uncovered: { more: 'uncovered-more', open: 'open-anyway' },
  gone: { more: null, open: null },
};

async function look() {
  if (again.disabled) return; // looking already
  again.disabled = true;
  show(await probe(location.host));
  again.disabled = false;
}

/** @param {import('./probe.js').Verdict} found */
function show(found) {
  verdict.dataset.verdict = found;
  say(element('verdict-title', HTMLElement), `${found}-title`);
  say(element('verdict-text', HTMLElement), `${found}-text`, { host: location.hostname });
  say(element('verdict-more', HTMLElement), shown[found].more, { host: location.hostname });
  open.href = page;
  open.hidden = shown[found].open === null;
  open.className = `button ${found === 'trusted' ? 'primary' : 'quiet'}`;
  say(open, shown[found].open, { page });
}

// ---- Which authority it is about

async function introduce() {
  /** @type {{ name: string, fingerprint: string, validUntil: string }} */
  const { name, fingerprint, validUntil } = await (await fetch('/trust/info', { cache: 'no-store' })).json();
  element('fingerprint', HTMLElement).replaceChildren(...quarters(fingerprint));
  const until = validUntil.replaceAll('-', '\u2011'); // no line ends within
  say(element('authority', HTMLElement), 'authority', { name, until });
  for (const id of /** @type {const} */ (['ios-trust', 'macos-trust', 'limits-back'])) {
    say(element(id, HTMLElement), id, { name });
  }
}

/**
 * The fingerprint in four lines of eight pairs, which eyes can follow.
 * @param {string} fingerprint
 */
function quarters(fingerprint) {
  const pairs = fingerprint.split(':');
  return [0, 8, 16, 24].map((from) => {
    const line = document.createElement('span');
    line.textContent = pairs.slice(from, from + 8).join(':') + (from < 24 ? ':' : '');
    return line;
  });
}

// ---- The steps for the system at hand come first

function sortSteps() {
  const mine = document.querySelector(`[data-system=${systemOf(navigator.userAgent, navigator.maxTouchPoints)}]`);
  if (!(mine instanceof HTMLDetailsElement)) return;
  mine.open = true;
  mine.parentElement?.querySelector('details')?.before(mine);
  for (const badge of mine.querySelectorAll('.here')) badge.removeAttribute('hidden');
}

// ---- This machine and the next device

function showAddress() {
  // A name that means another machine on each machine.
  const local = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname);
  element('qr', HTMLImageElement).hidden = local;
  for (const id of ['next-local', 'systems-local']) element(id, HTMLElement).hidden = !local;
  element('address', HTMLElement).textContent = local ? '' : `http://${location.host}/trust`;
}

// ---- From here on the page lives

startLanguage();
button('language').onclick = switchLanguage;
again.onclick = look;
sortSteps();
showAddress();
introduce();
again.disabled = false;
look();
// People go to the settings of the device and come back.
document.addEventListener('visibilitychange', () => { if (!document.hidden) look(); });
addEventListener('focus', look);
element('unloaded', HTMLElement).remove();
