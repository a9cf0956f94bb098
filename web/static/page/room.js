// Names of rooms: what can be one, and the address that leads to it.

/** @typedef {import('./language.js').Word} Word */

// The server takes 512 bytes, counted as JSON spells the name, quotes included
// (signaling/PROTOCOL.md, Limits).
const MOST_BYTES = 512;

/**
 * The name as everybody spells it: an "é" typed on a Mac and one typed on Windows
 * are different characters until they are normalized, and the server compares exactly.
 * @param {string} text
 */
export const tidy = (text) => text.trim().normalize('NFC');

/**
 * What is wrong with a tidy name, or null.
 * @param {string} name
 * @returns {Word | null}
 */
export function faultOf(name) {
  if (name === '') return 'room-missing';
  // Browsers drop the segments . and .. from a URL, half a surrogate pair has no
  // spelling in one, and the server takes no control characters.
  if (name === '.' || name === '..' || /[\p{Surrogate}\p{Cc}]/u.test(name)) return 'room-unusable';
  const bytes = new TextEncoder().encode(JSON.stringify(name)).length;
  return bytes > MOST_BYTES ? 'room-too-long' : null;
}

/**
 * The path of a room whose name has no fault.
 * @param {string} name
 */
export const pathOf = (name) => `/room/${encodeURIComponent(name)}`;

/**
 * The name in a path, or "" where there is none to be read.
 * @param {string} path
 */
export function nameIn(path) {
  const [, encoded] = /^\/room\/([^/]+)$/.exec(path) ?? [];
  try {
    return tidy(decodeURIComponent(encoded ?? ''));
  } catch {
    return ''; // a broken escape, typed by hand
  }
}
