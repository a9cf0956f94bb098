// The lists from which people choose camera, microphone and speaker, with the level of
// the microphone. They lie in the lobby, and in a dialog during a call.

import { openDialog } from './dialog.js';
import { choose, chosen, find } from './devices.js';
import { button, element } from './dom.js';
import { say } from './language.js';
import { measure } from './meter.js';

/**
 * @typedef {import('./devices.js').Kind} Kind
 *
 * @typedef {object} PickersParts
 * @property {import('./devices.js').Devices} devices
 * @property {import('./media.js').OwnMedia} media
 * @property {(kind: Kind) => Promise<void>} changed the person chose another
 */

const KINDS = /** @type {Kind[]} */ (['camera', 'microphone', 'speaker']);
const CAN_SPEAK_ELSEWHERE = 'setSinkId' in HTMLMediaElement.prototype;

export class Pickers {
  #section = element('devices', HTMLElement);
  #home = /** @type {HTMLElement} */ (this.#section.parentElement);
  #word = element('devices-word', HTMLElement);
  #devices;
  #media;
  /** @type {MediaStreamTrack | null} whose level is shown */
  #measured = null;
  #endMeasure = () => {};
  #called = false; // over the call: then there is a list even of what has no name
  #inLobby = false; // where somebody may see them

  /** @param {PickersParts} parts */
  constructor({ devices, media, changed }) {
    this.#devices = devices;
    this.#media = media;
    for (const kind of KINDS) {
      const list = listOf(kind);
      list.onchange = async () => {
        const { value, selectedOptions: [option] } = list;
        choose(kind, value ? { id: value, label: option?.textContent ?? '' } : null);
        await changed(kind);
        this.show();
      };
    }
    button('speaker-test').onclick = () => beep(chosen('speaker')?.id ?? '');
  }

  /**
   * Shows what there is, if the browser tells names: before it was allowed it does not.
   * @param {boolean} [inLobby]
   */
  show(inLobby = this.#inLobby) {
    this.#inLobby = inLobby;
    const { lists } = this.#devices;
    const named = KINDS.some((kind) => lists[kind].some(({ label }) => label));
    this.#section.hidden = !this.#called && (!named || !this.#media.wanted);
    /** @type {string | null} */
    let gone = null;
    for (const kind of KINDS) {
      const choice = chosen(kind);
      const found = find(lists[kind], choice);
      if (choice && !found) gone = choice.label;
      this.#fill(kind, found?.deviceId ?? null);
    }
    element('speaker-line', HTMLElement).hidden = !CAN_SPEAK_ELSEWHERE || !lists.speaker.length;
    say(this.#word, gone ? 'device-gone' : null, { label: gone ?? '' });
    this.#measure();
  }

  /** Opens them over the call. */
  open() {
    this.#called = true;
    this.show();
    openDialog('devices', this.#section, () => {
      this.#called = false;
      this.#home.append(this.#section);
      this.#measure();
    });
    this.#measure();
  }

  /**
   * @param {Kind} kind
   * @param {string | null} wanted
   */
  #fill(kind, wanted) {
    const list = listOf(kind);
    const used = kind === 'speaker' ? null : this.#media.idOf(kind);
    const options = this.#devices.lists[kind].map(({ deviceId, label }, i) => {
      const option = new Option(label, deviceId);
      if (!label) say(option, 'device-unnamed', { number: String(i + 1) });
      return option;
    });
    if (!options.length) options.push(none());
    if (sameOptions(list, options)) options.length = 0; // a list that is open in front of somebody stays as it is
    else list.replaceChildren(...options);
    list.disabled = this.#devices.lists[kind].length === 0;
    const value = used ?? wanted;
    if (value !== null && [...list.options].some((option) => option.value === value)) list.value = value;
  }

  /** Listens to the microphone only while somebody sees the meter. */
  #measure() {
    const seen = !this.#section.hidden && (this.#called || this.#inLobby);
    const track = seen ? this.#media.stream.getAudioTracks()[0] ?? null : null;
    if (track === this.#measured) return;
    this.#endMeasure();
    this.#measured = track;
    this.#endMeasure = track ? measure(element('level', HTMLMeterElement), track) : () => {};
  }
}

/** @param {Kind} kind */
const listOf = (kind) => element(`pick-${kind}`, HTMLSelectElement);

function none() {
  const option = new Option('', '');
  say(option, 'device-none');
  return option;
}

/**
 * @param {HTMLSelectElement} list
 * @param {HTMLOptionElement[]} options
 */
const sameOptions = (list, options) => list.options.length === options.length
  && options.every(({ value, textContent }, i) => list.options[i].value === value && list.options[i].textContent === textContent);

/**
 * A short sound, to hear where it comes from.
 * @param {string} sinkId
 */
async function beep(sinkId) {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const volume = context.createGain();
  const out = context.createMediaStreamDestination();
  tone.frequency.value = 660;
  volume.gain.setValueAtTime(.2, context.currentTime);
  volume.gain.setTargetAtTime(0, context.currentTime + .3, .1);
  tone.connect(volume).connect(out);
  const player = new Audio();
  player.srcObject = out.stream;
  if (sinkId) await player.setSinkId?.(sinkId).catch(() => {});
  tone.onended = () => context.close();
  tone.start();
  tone.stop(context.currentTime + .8);
  await player.play().catch(() => {});
}
