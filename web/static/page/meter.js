// How loud the microphone is, shown while there is somebody to look at it.

const EACH = 60; // ms

/** What a browser takes for somebody's wish, before which it may let no sound be heard. */
const WISHES = ['pointerdown', 'pointerup', 'keydown'];

/**
 * @param {HTMLMeterElement} meter
 * @param {MediaStreamTrack} track
 * @returns {() => void} ends it
 */
export function measure(meter, track) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const wake = () => { context.resume().catch(() => {}); };
  wake();
  for (const wish of WISHES) addEventListener(wish, wake);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    meter.value = levelOf(samples);
  }, EACH);
  return () => {
    clearInterval(timer);
    for (const wish of WISHES) removeEventListener(wish, wake);
    context.close();
    meter.value = 0;
  };
}

/**
 * From 0, silence, to 1: ears hear ratios, so 60 dB below the loudest count as nothing.
 * @param {Float32Array} samples
 */
export function levelOf(samples) {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return power > 0 ? Math.min(1, Math.max(0, 1 + Math.log10(power) / 6)) : 0;
}
