// The call in a window of its own over other programs, or on the whole screen, where
// the browser can do so.

import { button } from './dom.js';
import { say } from './language.js';

/** @param {() => HTMLVideoElement | null} main the picture to look at while doing other things */
export function startEnlarge(main) {
  const pip = button('pip');
  pip.hidden = !document.pictureInPictureEnabled;
  pip.onclick = async () => {
    if (document.pictureInPictureElement) await document.exitPictureInPicture().catch(() => {});
    else await main()?.requestPictureInPicture().catch(() => {}); // nothing is to be seen yet
  };
  const full = button('full');
  full.hidden = !document.fullscreenEnabled; // iPhones
  full.onclick = async () => {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await document.documentElement.requestFullscreen().catch(() => {});
  };
  document.addEventListener('fullscreenchange', () => {
    say(/** @type {HTMLElement} */ (full.querySelector('span')), document.fullscreenElement ? 'full-end' : 'full');
  });
}

/** Back to the page as it was, when the call is over. */
export function endEnlarge() {
  if (document.pictureInPictureElement) document.exitPictureInPicture().catch(() => {});
  if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
}
