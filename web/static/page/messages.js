// What two pages say to each other over their data channel, and nothing else: JSON
// objects with a type. Whatever comes is from a stranger; what does not look as
// written here is dropped, and text stays within limits.

/**
 * @typedef {'on' | 'off' | 'none'} Switch none: there is no such device
 *
 * @typedef {object} About what there is to know about what somebody sends
 * @property {Switch} camera
 * @property {Switch} microphone
 * @property {boolean} screen the picture is a screen, to be shown whole
 *
 * @typedef {{ type: 'about' } & About} AboutMessage the first word on each channel
 * @typedef {{ type: 'chat', text: string }} ChatMessage
 * @typedef {{ type: 'file', id: string, name: string, size: number }} FileMessage a file is to be had
 * @typedef {{ type: 'file-take' | 'file-stop', id: string }} FileWord let it come; or it shall not come, or no longer
 * @typedef {AboutMessage | ChatMessage | FileMessage | FileWord} Message
 */

export const MOST_TEXT = 4000; // characters of a chat message
export const MOST_NAME = 120; // characters of a file's name
export const MOST_FILE = 256 * 1024 * 1024; // bytes
const MOST_MESSAGE = 64 * 1024; // characters, JSON and all

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
  const { type, id } = said;
  switch (type) {
    case 'about':
      return { type, camera: switchOf(said.camera), microphone: switchOf(said.microphone), screen: said.screen === true };
    case 'chat': {
      const text = textOf(said.text);
      return text === null ? null : { type, text };
    }
    case 'file': {
      const { size } = said;
      if (!isId(id) || !Number.isSafeInteger(size) || size < 0 || size > MOST_FILE) return null;
      return { type, id, name: nameOf(said.name), size };
    }
    case 'file-take':
    case 'file-stop':
      return isId(id) ? { type, id } : null;
    default:
      return null; // of a later version
  }
}

/**
 * @param {unknown} value
 * @returns {Switch}
 */
const switchOf = (value) => (value === 'off' || value === 'none' ? value : 'on');

/** @param {unknown} value */
const isId = (value) => typeof value === 'string' && /^[\w-]{1,64}$/.test(value);

/**
 * The text as it may be said; null if there is none in it.
 * @param {unknown} value
 */
export function textOf(value) {
  if (typeof value !== 'string') return null;
  return value.slice(0, MOST_TEXT).trim() || null;
}

/**
 * The name as it is shown and saved. Folders are not for others to choose, and signs
 * that turn the direction of writing make "exe.txt" of "txt.exe".
 * @param {unknown} value
 */
export function nameOf(value) {
  const name = typeof value === 'string' ? value.replace(/[\p{Cc}\p{Cf}\p{Surrogate}/\\:*?"<>|]/gu, '_').trim() : '';
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && name.length - dot <= 16 ? name.slice(dot) : ''; // which says what it is
  return name.length > MOST_NAME ? name.slice(0, MOST_NAME - ending.length) + ending : name || 'file';
}
