// Our own camera and microphone.

/**
 * @typedef {'all' | 'any'} Wish camera and microphone, or as much of it as there is
 * @typedef {'microphone' | 'camera'} Device
 * @typedef {'insecure' | 'denied' | 'missing' | 'missing-camera' | 'missing-microphone' | 'busy' | 'broken'} MediaFault
 */

/** What is asked of the camera; it gives what comes closest. */
const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: 'user' };

export class OwnMedia {
  muted = false;
  cameraOff = false;
  #stream = new MediaStream();
  /** @type {Promise<void> | null} while the browser asks */
  #opening = null;
  #generation = 0;
  #changed;
  #lost;

  /**
   * @param {() => void} changed there is more to show, or less
   * @param {(device: Device) => void} lost a device was unplugged
   */
  constructor(changed, lost) {
    this.#changed = changed;
    this.#lost = lost;
  }

  get stream() { return this.#stream; }

  /** @param {Device} device */
  has(device) { return this.#tracks(device).length > 0; }

  /**
   * Opens what the wish asks for, unless it is open. Throws what getUserMedia throws.
   * @param {Wish} wish
   */
  async open(wish) {
    if (this.has('camera') && this.has('microphone')) return;
    if (wish === 'any') await this.#opening?.catch(() => {});
    this.#opening ??= this.#open(wish).finally(() => { this.#opening = null; });
    await this.#opening;
  }

  close() {
    this.#generation++;
    for (const track of this.#stream.getTracks()) track.stop();
    this.#stream = new MediaStream();
    this.#changed();
  }

  /**
   * @param {Device} device
   * @param {boolean} off
   */
  turn(device, off) {
    if (device === 'camera') this.cameraOff = off;
    else this.muted = off;
    this.#apply();
  }

  /** @param {Wish} wish */
  async #open(wish) {
    const generation = this.#generation;
    const tracks = wish === 'all' ? await capture({ audio: true, video: PICTURE }) : await captureAny();
    if (generation !== this.#generation) { // closed meanwhile
      for (const track of tracks) track.stop();
      return;
    }
    for (const old of this.#stream.getTracks()) old.stop();
    this.#stream = new MediaStream(tracks);
    for (const track of tracks) track.onended = () => this.#lost(track.kind === 'video' ? 'camera' : 'microphone');
    this.#apply();
  }

  #apply() {
    for (const track of this.#tracks('microphone')) track.enabled = !this.muted;
    for (const track of this.#tracks('camera')) track.enabled = !this.cameraOff;
    this.#changed();
  }

  /** @param {Device} device */
  #tracks(device) {
    return device === 'camera' ? this.#stream.getVideoTracks() : this.#stream.getAudioTracks();
  }
}

/** @param {MediaStreamConstraints} constraints */
async function capture(constraints) {
  if (!navigator.mediaDevices) throw new DOMException('this page has no devices', 'SecurityError');
  return (await navigator.mediaDevices.getUserMedia(constraints)).getTracks();
}

/** What can be had, one device after the other: maybe nothing. */
async function captureAny() {
  const none = () => /** @type {MediaStreamTrack[]} */ ([]);
  const sound = await capture({ audio: true }).catch(none);
  const picture = await capture({ video: PICTURE }).catch(none);
  return [...sound, ...picture];
}

/**
 * The kind of fault behind what getUserMedia throws.
 * @param {unknown} error
 * @returns {Promise<MediaFault>}
 */
export async function faultOf(error) {
  switch (error instanceof Error ? error.name : '') {
    case 'SecurityError': return navigator.mediaDevices ? 'denied' : 'insecure';
    case 'NotAllowedError': return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError': return whatIsMissing();
    case 'NotReadableError':
    case 'AbortError': return 'busy';
    default: return 'broken';
  }
}

/** The error does not say which of the two it was. */
async function whatIsMissing() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const has = (/** @type {MediaDeviceKind} */ kind) => devices.some((device) => device.kind === kind);
  if (has('audioinput')) return 'missing-camera';
  return has('videoinput') ? 'missing-microphone' : 'missing';
}

/**
 * Whether we may open both without the browser asking the person. Some browsers
 * do not tell; then no.
 */
export async function isAllowedAlready() {
  try {
    const answers = await Promise.all(['camera', 'microphone'].map((name) =>
      navigator.permissions.query({ name: /** @type {PermissionName} */ (name) })));
    return answers.every((answer) => answer.state === 'granted');
  } catch {
    return false;
  }
}
