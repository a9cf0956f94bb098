// The camera and the microphone: whether they open, and whether anything comes.

import { within } from './wait.js';

const ANSWER_WITHIN = 30_000; // ms for a person to say yes or no
const SIGNAL_WITHIN = 5000; // ms

/**
 * @typedef {'camera' | 'microphone'} Device
 * @typedef {import('./findings.js').Finding} Finding
 *
 * @typedef {object} Eyes where picture and sound are looked at
 * @property {(stream: MediaStream) => Promise<{ width: number, height: number }>} picture once there is one
 * @property {(stream: MediaStream) => Promise<'heard' | 'deaf'>} sound once there is some, or
 *   once it is plain that this browser does not let us listen
 */

const constraints = {
  camera: { video: { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: 'user' } },
  microphone: { audio: true },
};

/** @type {Device[]} */
export const DEVICES = ['camera', 'microphone'];

/**
 * Opens both with one question, or as much of it as there is.
 * @param {Eyes} eyes
 * @param {(device: Device, stream: MediaStream) => void} opened it is open, and is looked at now; to be
 *   stopped by the caller
 * @param {(finding: Finding) => void} tell
 */
export async function checkDevices(eyes, opened, tell) {
  const devices = navigator.mediaDevices;
  if (!devices) {
    for (const check of DEVICES) tell({ check, code: 'insecure' });
    return;
  }
  const asked = open({ ...constraints.camera, ...constraints.microphone });
  const both = await within(asked, ANSWER_WITHIN);
  if (both === null) {
    asked.then(({ stream }) => stop(stream)); // said yes too late
    for (const check of DEVICES) tell({ check, code: 'unanswered' });
    return;
  }
  const results = both.stream ? DEVICES.map((device) => ({ device, ...both })) : await apart(both.code);
  await Promise.all(results.map(async ({ device, stream, code }) => {
    if (stream) opened(device, stream);
    tell(stream ? await look(device, stream, eyes) : { check: device, code });
  }));
}

/** @param {MediaStream | null} stream */
export function stop(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/**
 * @typedef {{ stream: MediaStream | null, code: string }} Opened
 */

/**
 * One device after the other, since the error for both does not say which it was. Who
 * said no is asked again for neither.
 * @param {string} fault
 * @returns {Promise<(Opened & { device: Device })[]>}
 */
async function apart(fault) {
  const opened = [];
  for (const device of DEVICES) {
    const ask = fault !== 'denied' || await isAllowed(device);
    opened.push({ device, ...ask ? await open(constraints[device]) : { stream: null, code: fault } });
  }
  return opened;
}

/**
 * @param {MediaStreamConstraints} wanted
 * @returns {Promise<Opened>}
 */
async function open(wanted) {
  try {
    return { stream: await navigator.mediaDevices.getUserMedia(wanted), code: 'ok' };
  } catch (error) {
    return { stream: null, code: codeOf(error instanceof Error ? error.name : '') };
  }
}

/** @param {string} name of the error of getUserMedia (W3C Media Capture and Streams, section 10.2) */
function codeOf(name) {
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError': return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError': return 'missing';
    case 'NotReadableError':
    case 'AbortError': return 'busy';
    default: return 'broken';
  }
}

/**
 * Whether a device may be opened although the question for both was answered with no.
 * @param {Device} device
 */
async function isAllowed(device) {
  try {
    return (await navigator.permissions.query({ name: /** @type {PermissionName} */ (device) })).state === 'granted';
  } catch {
    return false; // some browsers do not tell
  }
}

/**
 * @param {Device} device
 * @param {MediaStream} stream
 * @param {Eyes} eyes
 * @returns {Promise<Finding>}
 */
async function look(device, stream, eyes) {
  if (device === 'camera') {
    const size = await within(eyes.picture(stream), SIGNAL_WITHIN);
    return size ? { check: device, code: 'ok', facts: size } : { check: device, code: 'no-signal' };
  }
  const heard = await within(eyes.sound(stream), SIGNAL_WITHIN);
  return { check: device, code: heard === 'heard' ? 'ok' : heard === 'deaf' ? 'opened' : 'no-signal' };
}
