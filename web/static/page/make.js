// Elements that the page did not come with.

import { say } from './language.js';

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} name
 * @param {Partial<HTMLElementTagNameMap[T]>} [members]
 * @param {...(Node | string)} children
 */
export function make(name, members = {}, ...children) {
  const made = Object.assign(document.createElement(name), members);
  made.append(...children);
  return made;
}

/**
 * @param {import('./language.js').Word} word
 * @param {string} className
 * @param {() => void} onclick
 */
export function makeButton(word, className, onclick) {
  const made = make('button', { type: 'button', className, onclick });
  say(made, word);
  return made;
}

/**
 * A sign of those the page came with.
 * @param {string} name
 */
export function makeIcon(name) {
  const namespace = 'http://www.w3.org/2000/svg';
  const [icon, use] = [document.createElementNS(namespace, 'svg'), document.createElementNS(namespace, 'use')];
  icon.setAttribute('class', 'icon');
  icon.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#icon-${name}`);
  icon.append(use);
  return icon;
}
