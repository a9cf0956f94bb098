// The text of a chat message: what may be said, and where links are in it. The page
// puts all of it into the document as text.

export const MOST_TEXT = 4000; // UTF-16 units, as length counts them

// Nobody types these: control characters but for tab and end of line, signs that turn
// the direction of all that follows, and halves of characters.
const UNSAYABLE = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069\u2028\u2029]|\p{Surrogate}/gu;

// A link ends at a blank, at a quotation mark, and at the signs of a Chinese sentence,
// which has no blanks.
const LINK = /https?:\/\/[^\s\p{Cc}\p{Cf}<>"“”‘’「」『』《》【】（）、。，；：！？]+/giu;
const BRACKETS = new Map([[')', '('], [']', '['], ['}', '{']]);
const TAIL = ".,;:!?'*_~"; // belongs to the sentence, not to the address

/**
 * The text as it is said and shown; null if there is none in it, or too much.
 * @param {unknown} value
 */
export function textOf(value) {
  if (typeof value !== 'string' || value.length > 2 * MOST_TEXT) return null;
  const text = value.replace(/\r\n?/g, '\n').replace(UNSAYABLE, '').trim();
  return text && text.length <= MOST_TEXT ? text : null;
}

/**
 * Why a text cannot be sent; null if it can.
 * @param {string} text as it was typed
 * @returns {'empty' | 'too-long' | null}
 */
export function faultOf(text) {
  if (!text.trim()) return 'empty';
  return text.trim().length > MOST_TEXT ? 'too-long' : textOf(text) === null ? 'empty' : null;
}

/** @typedef {{ text: string, href?: string }} Part a link has a href */

/**
 * @param {string} text
 * @returns {Part[]}
 */
export function partsOf(text) {
  /** @type {Part[]} */
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const [found] = match;
    const index = match.index ?? 0;
    const link = withoutTail(found);
    const href = addressOf(link);
    if (!href) continue;
    if (index > end) parts.push({ text: text.slice(end, index) });
    parts.push({ text: link, href });
    end = index + link.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/**
 * A bracket at the end that none opened within the link is the sentence's. One pass:
 * the text is a stranger's, who may want it to take long.
 * @param {string} link
 */
function withoutTail(link) {
  /** @type {Map<string, number>} */
  const over = new Map();
  for (const sign of link) {
    for (const [close, open] of BRACKETS) over.set(close, (over.get(close) ?? 0) + Number(sign === close) - Number(sign === open));
  }
  let end = link.length;
  for (; end > 0; end--) {
    const sign = link[end - 1];
    const left = over.get(sign) ?? 0;
    if (!TAIL.includes(sign) && left <= 0) break;
    over.set(sign, left - 1);
  }
  return link.slice(0, end);
}

/**
 * The address, in the browser's own spelling; null for none that we lead to. What
 * stands before an @ looks like a host and is none (RFC 3986 section 7.6).
 * @param {string} link
 */
function addressOf(link) {
  try {
    const { protocol, username, password, href } = new URL(link);
    return /^https?:$/.test(protocol) && !username && !password ? href : null;
  } catch {
    return null;
  }
}
