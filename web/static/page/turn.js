// What browsers and TURN servers say of one another: URLs and error codes. The call
// and the page that tests both read them.

/** @typedef {'udp' | 'tcp' | 'tls'} Way by which TURN is reached */

export const UNREACHABLE = 701; // W3C WebRTC, section 4.8.2: no STUN error code, the host was not reached

/**
 * @param {string} url (RFC 7065)
 * @returns {Way | null} null: it is none of TURN
 */
export function wayOf(url) {
  if (url.startsWith('turns:')) return /transport=udp/.test(url) ? null : 'tls';
  if (!url.startsWith('turn:')) return null;
  return /transport=tcp/.test(url) ? 'tcp' : 'udp';
}

/**
 * @param {number} code of STUN or TURN (RFC 8489 section 14.8, RFC 8656 section 19)
 * @returns {'unauthorized' | 'full' | 'refused'}
 */
export function refusalOf(code) {
  switch (code) {
    case 401: return 'unauthorized';
    case 486:
    case 508: return 'full';
    default: return 'refused';
  }
}
