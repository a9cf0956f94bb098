// What is wrong when a camera or microphone does not open, in kinds that can be
// explained to people.

/** @typedef {'insecure' | 'denied' | 'missing' | 'missing-camera' | 'missing-microphone' | 'busy' | 'broken'} MediaFault */

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
