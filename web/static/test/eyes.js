// Shows people their own picture and how loud they are.

import { element, project } from '../page/dom.js';

const SINKING = 0.93; // of the bar every 50 ms, so that a short sound is seen
const AWAKE_WITHIN = 2000; // ms
const SILENT = 0.0005; // of full scale; a microphone that is on hears more in any room

export class Preview {
  #video = element('preview', HTMLVideoElement);
  #meter = element('level', HTMLMeterElement);
  /** @type {AudioContext | null} */
  #audio = null;

  /**
   * @param {MediaStream} stream
   * @returns {Promise<{ width: number, height: number }>}
   */
  picture(stream) {
    project(this.#video, stream);
    this.#show();
    return new Promise((resolve) => {
      const look = () => {
        const { videoWidth: width, videoHeight: height } = this.#video;
        if (width > 0) resolve({ width, height });
      };
      this.#video.onresize = this.#video.onloadeddata = look;
      look();
    });
  }

  /**
   * @param {MediaStream} stream
   * @returns {Promise<'heard' | 'deaf'>}
   */
  sound(stream) {
    if (!('AudioContext' in window)) return Promise.resolve('deaf');
    const audio = this.#audio = new AudioContext();
    const analyser = audio.createAnalyser();
    audio.createMediaStreamSource(stream).connect(analyser);
    audio.resume(); // some browsers start it asleep
    this.#show();
    const wave = new Float32Array(analyser.fftSize);
    return new Promise((resolve) => {
      // Where there is no loudspeaker, some browsers do not let sound be looked at.
      setTimeout(() => { if (audio.currentTime === 0) resolve('deaf'); }, AWAKE_WITHIN);
      const look = () => {
        if (this.#audio !== audio) return;
        analyser.getFloatTimeDomainData(wave);
        const peak = wave.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        this.#meter.value = Math.max(loudness(peak), this.#meter.value * SINKING);
        if (peak > SILENT) resolve('heard');
        setTimeout(look, 50);
      };
      look();
    });
  }

  close() {
    project(this.#video, null);
    this.#audio?.close();
    this.#audio = null;
    element('devices', HTMLElement).hidden = true;
  }

  #show() {
    element('devices', HTMLElement).hidden = false;
  }
}

/**
 * As ears feel it: from -60 dB to full scale.
 * @param {number} peak
 */
const loudness = (peak) => Math.max(0, 1 + Math.log10(Math.max(peak, 1e-6)) / 3);
