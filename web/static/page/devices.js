// The cameras, microphones and speakers there are, which come and go, and the ones
// that the person chose, which the browser remembers.

import { recall, remember } from './store.js';

/**
 * @typedef {'microphone' | 'camera' | 'speaker'} Kind
 * @typedef {{ id: string, label: string }} Choice
 */

/** @type {Record<MediaDeviceKind, Kind>} */
const KIND_OF = { audioinput: 'microphone', videoinput: 'camera', audiooutput: 'speaker' };

export class Devices {
  /** @type {Record<Kind, MediaDeviceInfo[]>} */
  lists = { microphone: [], camera: [], speaker: [] };
  #changed;

  /** @param {(before: Devices['lists']) => void} changed what there is is not what there was */
  constructor(changed) {
    this.#changed = changed;
    navigator.mediaDevices?.addEventListener?.('devicechange', () => this.refresh());
  }

  /** Looks again. Before the person allowed anything, browsers tell kinds and no names. */
  async refresh() {
    const found = await navigator.mediaDevices?.enumerateDevices().catch(() => []) ?? [];
    const before = this.lists;
    this.lists = { microphone: [], camera: [], speaker: [] };
    for (const device of found) this.lists[KIND_OF[device.kind]]?.push(device);
    this.#changed(before);
  }

  /** @param {Kind} kind */
  has(kind) { return this.lists[kind].length > 0; }
}

/**
 * The device that was chosen last; null where it is left to the browser.
 * @param {Kind} kind
 * @returns {Choice | null}
 */
export function chosen(kind) {
  try {
    const { id, label } = JSON.parse(recall('localStorage', kind) ?? '{}');
    return typeof id === 'string' && id ? { id, label: String(label) } : null;
  } catch {
    return null;
  }
}

/**
 * @param {Kind} kind
 * @param {Choice | null} choice
 */
export function choose(kind, choice) {
  remember('localStorage', kind, choice && JSON.stringify(choice));
}

/**
 * Which of the devices is the chosen one: by its id, or by its name if the browser has
 * given out new ids since.
 * @param {readonly { deviceId: string, label: string }[]} devices
 * @param {Choice | null} choice
 */
export function find(devices, choice) {
  if (!choice) return null;
  return devices.find((device) => device.deviceId === choice.id)
    ?? devices.find((device) => device.label !== '' && device.label === choice.label) ?? null;
}
