// Names and sizes of files as they are shown and saved. A name comes from a stranger:
// folders are not for others to choose, and what a person reads must be what is saved.

const MOST_NAME = 200; // bytes; file systems take 255, and browsers add " (1)"
const MOST_READ = 1024; // characters of what is said to be a name
const MOST_ENDING = 16; // characters of ".docx"; a longer one is no ending

// Ends of lines, control characters and signs that turn the direction of writing, which
// make "exe.txt" of "txt.exe"; and what some system does not have in names.
const UNUSABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Surrogate}/\\:*?"<>|]/gu;
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])(?= ?(?:\.|$))/i; // Windows never opens a file by these

/**
 * The name as it may be shown and saved.
 * @param {unknown} value
 */
export function nameOf(value) {
  const text = typeof value === 'string' ? value.slice(0, MOST_READ) : '';
  const name = text.normalize('NFC').replace(/\s+/g, ' ').replace(UNUSABLE, '_')
    .replace(/^[ .]+|[ .]+$/g, '') // hidden files; and what Windows drops unasked
    .replace(DEVICE, '_$&');
  return shortened(name) || 'file';
}

/**
 * A long name loses its middle: the ending says what it is.
 * @param {string} name
 */
function shortened(name) {
  if (bytesOf(name) <= MOST_NAME) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && name.length - dot <= MOST_ENDING ? name.slice(dot) : '';
  const stem = [...name.slice(0, name.length - ending.length)]; // by characters, not by halves of them
  let room = MOST_NAME - bytesOf(`…${ending}`);
  const kept = stem.findIndex((sign) => (room -= bytesOf(sign)) < 0);
  return `${stem.slice(0, kept).join('').trimEnd()}…${ending}`;
}

/** @param {string} text */
const bytesOf = (text) => new TextEncoder().encode(text).length;

/**
 * A size for people: three digits say enough.
 * @param {number} bytes
 */
export function sizeOf(bytes) {
  const units = ['B', 'kB', 'MB', 'GB'];
  let unit = 0;
  let size = bytes;
  for (; size >= 999.5 && unit < units.length - 1; unit++) size /= 1000;
  return `${unit && size < 9.95 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}
