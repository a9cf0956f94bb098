// Our own camera, microphone, speaker and screen as people handle them: what is chosen,
// what comes and goes, and what is told when something does not open.

import { announce } from './announce.js';
import { chosen, Devices } from './devices.js';
import { faultOf } from './faults.js';
import { later } from './later.js';
import { OwnMedia } from './media.js';

/** What the board may say of a device that does not open. */
const FAULTS = /** @type {import('./faults.js').MediaFault[]} */ ([
  'insecure', 'denied', 'missing', 'missing-camera', 'missing-microphone', 'busy', 'broken',
]);

/**
 * @typedef {import('./media.js').Device} Device
 *
 * @typedef {object} OwnParts
 * @property {() => void} changed there is more to show, or less
 * @property {(asking: boolean) => void} asking whether the browser asks the person
 * @property {(id: string) => void} speaker the others are to be heard from this one
 */

export class OwnDevices {
  media = new OwnMedia({
    changed: () => this.#parts.changed(),
    lost: (device, other) => this.#lost(device, other),
    chosen: (device) => chosen(device)?.id ?? null,
  });
  devices = new Devices((before) => this.#comeAndGo(before));
  #board;
  #parts;
  /** @type {import('./pickers.js').Pickers | null} once they are needed */
  #pickers = null;
  #missed = false; // the pickers did not come
  #inLobby = false; // where they lie before a call
  #bringPickers = later(async () => {
    const { Pickers } = await import('./pickers.js');
    return this.#pickers = new Pickers({ devices: this.devices, media: this.media, changed: (kind) => this.#use(kind) });
  }, () => {
    this.#missed = true;
    this.#board.show('part-missed');
  });

  /**
   * @param {import('./board.js').Board} board
   * @param {OwnParts} parts
   */
  constructor(board, parts) {
    this.#board = board;
    this.#parts = parts;
  }

  start() {
    this.#parts.speaker(chosen('speaker')?.id ?? '');
    this.devices.refresh();
  }

  /**
   * Opens camera and microphone.
   * @param {import('./media.js').Wish} wish
   * @returns {Promise<boolean>} whether it is open; if not, it was told why
   */
  async open(wish) {
    this.#board.clear();
    this.#parts.asking(true);
    try {
      await this.media.open(wish);
      this.devices.refresh(); // now with names
      return true;
    } catch (error) {
      await this.#explain(error);
      return false;
    } finally {
      this.#parts.asking(false);
    }
  }

  /**
   * @param {Device} device
   * @param {boolean} off
   */
  async turn(device, off) {
    try {
      await this.media.turn(device, off);
      this.#board.clear(`lost-${device}`);
    } catch (error) {
      await this.#explain(error);
    }
  }

  /** Shows our screen to the others, or no longer. */
  async share() {
    if (this.media.screen) return this.media.unshare();
    try {
      await this.media.share();
    } catch (error) { // who changed their mind need not be told
      if (!(error instanceof Error) || error.name !== 'NotAllowedError') this.#board.show('share-failed', { detail: String(error) });
    }
  }

  /** Opens the pickers over the call. */
  async pick() {
    (await this.#bringPickers())?.open();
  }

  /**
   * @param {boolean} inLobby where they are seen as soon as there is something to pick; if
   *   they did not come they are left out there, and asked for again only by somebody
   */
  showPickers(inLobby) {
    this.#inLobby = inLobby;
    if (this.#pickers) this.#pickers.show(inLobby);
    else if (inLobby && this.media.wanted && !this.#missed) this.#bringPickers().then((pickers) => pickers?.show(this.#inLobby));
  }

  /** @param {import('./devices.js').Kind} kind of which another was chosen */
  async #use(kind) {
    if (kind === 'speaker') return this.#parts.speaker(chosen('speaker')?.id ?? '');
    await this.media.change(kind).then(() => this.#board.clear(...FAULTS, `lost-${kind}`), (error) => this.#explain(error));
  }

  /** @param {unknown} error of getUserMedia */
  async #explain(error) {
    this.#board.show(await faultOf(error), {
      origin: location.origin,
      local: `http://localhost${location.port && ':'}${location.port}${location.pathname}`,
      detail: String(error),
    });
    this.#board.focus();
  }

  /**
   * @param {Device} device
   * @param {string | null} other that took its place
   */
  #lost(device, other) {
    if (other === null) this.#board.show(`lost-${device}`);
    else announce('device-other', { label: other });
  }

  /**
   * Plugged in again, the chosen one is used again.
   * @param {Devices['lists']} before
   */
  #comeAndGo(before) {
    for (const device of /** @type {Device[]} */ (['camera', 'microphone'])) {
      const id = chosen(device)?.id;
      if (id === undefined) continue;
      const has = (/** @type {MediaDeviceInfo[]} */ list) => list.some((each) => each.deviceId === id);
      const back = before[device].some(({ label }) => label) && !has(before[device]) && has(this.devices.lists[device]);
      if (back && this.media.idOf(device) !== id) this.media.change(device).catch(() => {}); // the one before is open again
    }
    for (const device of /** @type {Device[]} */ (['camera', 'microphone'])) {
      if (this.devices.has(device)) this.#board.clear(`lost-${device}`);
    }
    this.#parts.changed();
  }
}
