// Our own camera, microphone and screen. What is off is closed: nothing of it is
// sent, and the camera's light is out. Only a muted microphone stays open, silent, so
// that the first word after it is heard.

import { Outgoing } from './outgoing.js';

/**
 * @typedef {'all' | 'any'} Wish camera and microphone, or as much of it as there is
 * @typedef {'microphone' | 'camera'} Device
 *
 * @typedef {object} MediaParts
 * @property {() => void} changed there is more to show, or less
 * @property {(device: Device, other: string | null) => void} lost a device went; the label of the one in its place
 * @property {(device: Device) => string | null} chosen the id of the one that the person wants
 */

/** What is asked of the camera; it gives what comes closest. */
const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 } };

const DEVICES = /** @type {Device[]} */ (['microphone', 'camera']);

// Classic clients go on showing the last picture. So that it is a black one, a camera
// that is switched off is closed a moment after.
const BLACK_FOR = 200; // ms

export class OwnMedia {
  muted = false;
  cameraOff = false;
  outgoing = new Outgoing();
  /** What is shown to ourselves. */
  stream = new MediaStream();
  /** @type {MediaStreamTrack | null} */
  screen = null;
  /** @type {Record<Device, MediaStreamTrack | null>} */
  #tracks = { microphone: null, camera: null };
  #wanted = false; // since it was opened, until it is closed
  #generation = 0;
  /** @type {Promise<unknown>} what is under way: one thing after the other */
  #work = Promise.resolve();
  #parts;

  /** @param {MediaParts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** @param {Device} device */
  has(device) { return this.#tracks[device] !== null; }

  /**
   * Which one is open.
   * @param {Device} device
   */
  idOf(device) { return this.#tracks[device]?.getSettings().deviceId ?? null; }

  /** Whether anything is to be open: then what is switched on opens at once. */
  get wanted() { return this.#wanted; }

  /**
   * Opens what the wish asks for, unless it is open. Throws what getUserMedia throws.
   * @param {Wish} wish
   */
  open(wish) {
    const generation = this.#generation;
    return this.#next(async () => {
      const needed = DEVICES.filter((device) => !this.has(device) && !(device === 'camera' && this.cameraOff));
      if (wish === 'all') await this.#take(needed);
      else for (const device of needed) {
        if (generation === this.#generation) await this.#take([device]).catch(() => {}); // maybe nothing
      }
      this.#wanted = generation === this.#generation;
      this.#apply();
    });
  }

  close() {
    this.#wanted = false;
    this.#generation++;
    this.#work = Promise.resolve(); // what is under way finds that nobody waits for it
    for (const device of DEVICES) this.#drop(device);
    this.unshare();
    this.#apply();
  }

  /**
   * Switches a device. Throws what getUserMedia throws.
   * @param {Device} device
   * @param {boolean} off
   */
  async turn(device, off) {
    if (device === 'camera') this.cameraOff = off;
    else this.muted = off;
    this.#apply();
    const track = this.#tracks.camera;
    if (device === 'camera' && off && track) {
      setTimeout(() => {
        if (this.cameraOff && this.#tracks.camera === track) this.#drop('camera');
        this.#apply();
      }, BLACK_FOR);
    } else if (!off && this.#wanted && !this.has(device)) {
      await this.#next(() => this.has(device) ? Promise.resolve() : this.#take([device]));
    }
  }

  /**
   * Changes to the device that the person chose, if one of its kind is open. Throws
   * what getUserMedia throws, and then the one before is open again.
   * @param {Device} device
   */
  change(device) {
    const generation = this.#generation;
    return this.#next(async () => {
      if (!this.has(device)) return;
      const before = this.idOf(device);
      this.#drop(device); // first: phones open one camera at a time
      try {
        await this.#take([device], true);
      } catch (error) {
        if (generation !== this.#generation) return; // nobody waits for it any more
        if (before) await this.#take([device], true, before).catch(() => {});
        this.#apply();
        throw error;
      }
    });
  }

  /** Shows a screen or window instead of the camera. Throws what getDisplayMedia throws. */
  async share() {
    const generation = this.#generation;
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 30 } }, audio: false });
    const [track] = stream.getVideoTracks();
    if (!this.#wanted || generation !== this.#generation) return track.stop(); // the call ended meanwhile
    this.unshare();
    track.contentHint = 'detail'; // letters are to be read, even if they move less smoothly
    track.onended = () => { if (this.screen === track) this.unshare(); }; // the browser has a button of its own
    this.screen = track;
    this.#apply();
  }

  unshare() {
    this.screen?.stop();
    this.screen = null;
    this.#apply();
  }

  /**
   * @param {Device[]} devices
   * @param {boolean} [exact] no other will do
   * @param {string | null} [id] of the one
   */
  async #take(devices, exact = false, id = null) {
    if (!devices.length) return;
    if (!navigator.mediaDevices) throw new DOMException('this page has no devices', 'SecurityError');
    const generation = this.#generation;
    const ask = (/** @type {boolean} */ any) => {
      const wish = (/** @type {Device} */ device) => devices.includes(device)
        && wishFor(device, any ? null : id ?? this.#parts.chosen(device));
      return navigator.mediaDevices.getUserMedia({ audio: wish('microphone'), video: wish('camera') });
    };
    const stream = await ask(false).catch((error) => {
      if (exact || error.name !== 'OverconstrainedError') throw error;
      return ask(true); // the chosen one is gone
    });
    for (const track of stream.getTracks()) {
      const device = track.kind === 'video' ? 'camera' : 'microphone';
      if (generation !== this.#generation || device === 'camera' && this.cameraOff) {
        track.stop(); // nobody wants it any more
        continue;
      }
      this.#drop(device);
      this.#tracks[device] = track;
      track.onended = () => this.#ended(device, track);
    }
    this.#apply();
  }

  /**
   * A device went. Another takes its place if there is one.
   * @param {Device} device
   * @param {MediaStreamTrack} track
   */
  #ended(device, track) {
    if (this.#tracks[device] !== track) return;
    this.#drop(device);
    this.#apply();
    this.#next(() => this.#take([device])).catch(() => {}).then(() => {
      if (this.#wanted) this.#parts.lost(device, this.#tracks[device]?.label ?? null);
    });
  }

  /** @param {Device} device */
  #drop(device) {
    this.#tracks[device]?.stop();
    this.#tracks[device] = null;
  }

  #apply() {
    const { microphone, camera } = this.#tracks;
    if (microphone) microphone.enabled = !this.muted;
    if (camera) camera.enabled = !this.cameraOff;
    const picture = this.screen ?? camera;
    const shown = [microphone, picture].flatMap((track) => track ?? []);
    const before = this.stream.getTracks();
    if (shown.length !== before.length || shown.some((track) => !before.includes(track))) this.stream = new MediaStream(shown);
    this.outgoing.set({ audio: microphone, video: picture }, {
      camera: this.cameraOff ? 'off' : camera ? 'on' : 'none',
      microphone: !microphone ? 'none' : this.muted ? 'off' : 'on',
      screen: this.screen !== null,
    });
    this.#parts.changed();
  }

  /**
   * @param {() => Promise<void>} step that is left out when all is closed before its turn
   * @returns {Promise<void>}
   */
  #next(step) {
    const generation = this.#generation;
    const done = this.#work.catch(() => {}).then(() => generation === this.#generation ? step() : undefined);
    this.#work = done;
    return done;
  }
}

/**
 * The one that was chosen, or of a phone's cameras the one that sees the person.
 * @param {Device} device
 * @param {string | null} id
 */
function wishFor(device, id) {
  const one = id ? { deviceId: { exact: id } } : device === 'camera' && { facingMode: 'user' };
  return { ...device === 'camera' && PICTURE, ...one };
}
