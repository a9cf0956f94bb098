// The link to a room as a QR code, for a phone to read off this screen. The server
// knows how to make one; what it is of does not stand in an address, where logs
// would keep it. Loaded when somebody asks.

import { copy } from './clipboard.js';
import { openDialog } from './dialog.js';
import { label as name, say } from './language.js';

const SVG = 'http://www.w3.org/2000/svg';

/** @param {string} link */
export async function openQR(link) {
  const part = document.createElement('div');
  part.className = 'qr';
  const field = document.createElement('input');
  field.readOnly = true;
  field.value = link;
  name(field, 'invite-link');
  field.onfocus = () => field.select();
  const button = document.createElement('button');
  const label = document.createElement('span');
  label.setAttribute('aria-live', 'polite');
  button.type = 'button';
  button.className = 'primary';
  button.id = 'qr-copy';
  say(label, 'copy-link');
  button.append(label);
  button.onclick = async () => {
    if (await copy(link)) say(label, 'copied');
    else field.select();
  };
  const word = document.createElement('p');
  say(word, 'qr-how');
  part.append(word, field, button);
  openDialog('link-and-qr', part);
  try {
    part.prepend(draw(await ask(link)));
  } catch (error) {
    console.warn('the QR code:', error);
    say(word, 'qr-failed');
  }
}

/**
 * @param {string} link
 * @returns {Promise<{ size: number, path: string }>}
 */
async function ask(link) {
  const answer = await fetch('/api/qr', {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ link }), cache: 'no-store',
  });
  if (!answer.ok) throw new Error(`/api/qr answered ${answer.status}`);
  return answer.json();
}

/**
 * Black on white, whatever the page around it looks like.
 * @param {{ size: number, path: string }} code
 */
function draw({ size, path }) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${Number(size)} ${Number(size)}`);
  svg.setAttribute('shape-rendering', 'crispEdges');
  svg.setAttribute('role', 'img');
  name(svg, 'qr');
  for (const [fill, d] of [['#fff', `M0 0h${Number(size)}v${Number(size)}H0z`], ['#000', path]]) {
    const drawn = document.createElementNS(SVG, 'path');
    drawn.setAttribute('fill', fill);
    drawn.setAttribute('d', d);
    svg.append(drawn);
  }
  return svg;
}
