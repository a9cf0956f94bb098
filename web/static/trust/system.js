// Which system the page is seen on, as far as the browser tells.

/** @typedef {'android' | 'ios' | 'windows' | 'macos' | 'linux' | 'firefox'} System whose steps to show first */

/**
 * @param {string} agent navigator.userAgent
 * @param {number} touchPoints how many fingers the screen feels
 * @returns {System}
 */
export function systemOf(agent, touchPoints) {
  if (/iPhone|iPad|iPod/.test(agent)) return 'ios';
  if (/Android|Harmony/.test(agent)) return 'android';
  if (/Windows/.test(agent)) return 'windows';
  // An iPad says that it is a Mac. No Mac has a touch screen.
  if (/Macintosh/.test(agent)) return touchPoints > 1 ? 'ios' : 'macos';
  return /Firefox/.test(agent) ? 'firefox' : 'linux'; // elsewhere Firefox takes what the system trusts
}
