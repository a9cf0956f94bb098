// Keeps the screen from going dark while a call is on. The browser takes the lock back
// whenever the page is hidden; it is asked for again when it is seen.

/** @type {WakeLockSentinel | null} */
let lock = null;
let wanted = false;

async function take() {
  if (!wanted || lock || document.visibilityState !== 'visible') return;
  const taken = await navigator.wakeLock?.request('screen').catch(() => null); // a low battery may forbid it
  if (taken && wanted && !lock) {
    lock = taken;
    lock.onrelease = () => { lock = null; };
  } else {
    taken?.release();
  }
}

/** @param {boolean} awake */
export function stayAwake(awake) {
  wanted = awake;
  if (awake) take();
  else lock?.release();
}

document.addEventListener('visibilitychange', take);
