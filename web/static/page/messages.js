// What two pages say to each other over their data channel, and nothing else: JSON
// objects with a type. Whatever comes is from a stranger; what does not look as
// written here is dropped, and text stays within limits.

import { textOf } from './chattext.js';
import { nameOf } from './filename.js';

/**
 * @typedef {'on' | 'off' | 'none'} Switch none: there is no such device
 *
 * @typedef {object} About what there is to know about what somebody sends
 * @property {Switch} camera
 * @property {Switch} microphone
 * @property {boolean} screen the picture is a screen, to be shown whole
 *
 * @typedef {typeof REASONS[number]} Reason why a file does not come, or no longer
 *
 * @typedef {{ type: 'about' } & About} AboutMessage the first word on each channel
 * @typedef {{ type: 'chat', id: string, text: string }} ChatMessage
 * @typedef {{ type: 'chat-got', id: string }} ChatGot it has been received
 * @typedef {{ type: 'file', id: string, name: string, size: number }} FileOffer a file is to be had
 * @typedef {{ type: 'file-take', id: string }} FileTake let it come, on a channel of its own with this id
 * @typedef {{ type: 'file-got', id: string, size: number }} FileGot so many bytes are here; all of them: it is stored
 * @typedef {{ type: 'file-stop', id: string, reason: Reason }} FileStop either side
 * @typedef {ChatMessage | ChatGot} ChatWord
 * @typedef {FileOffer | FileTake | FileGot | FileStop} FileWord
 * @typedef {AboutMessage | ChatWord | FileWord} Message
 */

export const MOST_FILE = 4e9; // bytes
const MOST_MESSAGE = 64 * 1024; // characters, JSON and all
const REASONS = /** @type {const} */ (['declined', 'cancelled', 'too-large', 'too-many', 'unreadable', 'unwritable', 'broken']);

/** A name for a message or a file, which nobody else takes. */
export const newId = () => crypto.getRandomValues(new Uint32Array(4)).join('-');

/**
 * Reads what came; null is nothing to act on.
 * @param {unknown} data
 * @returns {Message | null}
 */
export function readMessage(data) {
  if (typeof data !== 'string' || data.length > MOST_MESSAGE) return null;
  try {
    return messageOf(JSON.parse(data));
  } catch {
    return null;
  }
}

/**
 * @param {any} said
 * @returns {Message | null}
 */
function messageOf(said) {
  const { type, id, size } = said;
  if (type === 'about') {
    return { type, camera: switchOf(said.camera), microphone: switchOf(said.microphone), screen: said.screen === true };
  }
  if (!isId(id)) return null;
  switch (type) {
    case 'chat': {
      const text = textOf(said.text);
      return text === null ? null : { type, id, text };
    }
    case 'file': return isSize(size) ? { type, id, name: nameOf(said.name), size } : null;
    case 'file-got': return isSize(size) ? { type, id, size } : null;
    case 'file-stop': return { type, id, reason: REASONS.find((each) => each === said.reason) ?? 'broken' };
    case 'chat-got':
    case 'file-take': return { type, id };
    default: return null; // of a later version
  }
}

/**
 * @param {unknown} value
 * @returns {Switch}
 */
const switchOf = (value) => (value === 'off' || value === 'none' ? value : 'on');

/** @param {unknown} value */
const isId = (value) => typeof value === 'string' && /^[\w-]{1,64}$/.test(value);

/** @param {unknown} value */
const isSize = (value) => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= MOST_FILE;
