// The buttons that switch our microphone and camera; each exists twice, before
// the call and in it.

/**
 * @typedef {import('./media.js').OwnMedia} OwnMedia
 * @typedef {import('./media.js').Device} Device
 */

const buttons = () => /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll('[data-toggle]'));

/** @param {HTMLButtonElement} button */
const deviceOf = (button) => /** @type {Device} */ (button.dataset.toggle);

/** @param {(device: Device, off: boolean) => void} turn */
export function startToggles(turn) {
  for (const button of buttons()) {
    button.onclick = () => turn(deviceOf(button), button.getAttribute('aria-pressed') !== 'true');
  }
}

/**
 * @param {OwnMedia} media
 * @param {boolean} inCall where there is nothing to switch if there is no such device
 * @param {(device: Device) => boolean} exists
 */
export function showToggles(media, inCall, exists) {
  for (const button of buttons()) {
    const device = deviceOf(button);
    const off = (device === 'camera' ? media.cameraOff : media.muted) || inCall && !media.has(device);
    button.setAttribute('aria-pressed', String(off));
    button.disabled = inCall && !media.has(device) && !exists(device);
  }
}
