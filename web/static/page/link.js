// One connection to one other person, from the first offer to its end. It knows
// neither rooms nor the page.
//
// Either side may look for a new way. If both do so at once, the one who made the first
// offer has its way and the other takes its own offer back (the "perfect negotiation"
// of W3C WebRTC, section 10.7). Offers have a number that the answer repeats, since an
// answer to an offer that was taken back would join what does not belong together;
// clients that know of no numbers repeat none.

import { Channel } from './channel.js';
import { Evidence } from './evidence.js';
import { beginSmall, lineOf, openLines, send, shareLines } from './lines.js';

/**
 * @typedef {import('./socket.js').Frame} Frame
 *
 * @typedef {'connecting' | 'connected' | 'interrupted' | 'failed' | 'closed'} LinkState
 *   interrupted may become connected again, failed will not, closed is the other's doing
 *
 * @typedef {object} LinkParts
 * @property {Promise<RTCConfiguration>} config
 * @property {import('./outgoing.js').Outgoing} own
 * @property {boolean} offers whether it is ours to make the first offer
 * @property {(cmd: string, msg: object) => boolean} tell hands something to the other side; false: it cannot be told
 * @property {(link: Link) => void} changed
 * @property {(message: import('./messages.js').Message) => void} heard from page to page
 * @property {(channel: RTCDataChannel) => void} file
 */

// An offer or answer may never come, and then ICE never starts, nor fails.
const CONNECT_WITHIN = 30_000; // ms
const MOST_EARLY = 256; // candidates; some 20 are usual

/** @type {Partial<Record<RTCPeerConnectionState, LinkState>>} */
const STATES = { connected: 'connected', disconnected: 'interrupted', failed: 'failed', closed: 'closed' };

export class Link {
  remote = new MediaStream();
  /** @type {LinkState} */
  state = 'connecting';
  wasConnected = false;
  evidence = new Evidence();
  /** @type {number | null} ms from the beginning until media first ran */
  took = null;
  /** @type {Channel | null} until the configuration is there */
  channel = null;
  #began = performance.now();
  #offered = 0; // the number of our newest offer
  #heard = 0; // that of the other side's
  #parts;
  /** @type {RTCPeerConnection | null} until the configuration is there */
  #pc = null;
  /** @type {RTCIceCandidateInit[]} that came before the description they belong to */
  #early = [];
  /** @type {Promise<void>} what is under way: one step after the other */
  #work;
  #timer;
  #unwatch = () => {};

  /** @param {LinkParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#timer = setTimeout(() => this.#become('failed'), CONNECT_WITHIN);
    this.#work = parts.config.then((config) => this.#build(config)).catch((error) => this.#broken(error));
  }

  /** Makes the offer. The one who was in the room before does so. */
  offer() {
    this.#next((pc) => this.#describe(pc));
  }

  /**
   * Takes an offer, answer or candidate of the other side.
   * @param {Frame} frame
   */
  take(frame) {
    this.#next(async (pc) => {
      if (frame.cmd === 'candidate') return this.#candidate(pc, candidateOf(frame));
      const content = contentOf(frame);
      if (!this.#counts(pc, frame.cmd, content)) return;
      this.evidence.answered = true;
      await pc.setRemoteDescription({ type: frame.cmd === 'offer' ? 'offer' : 'answer', sdp: content.sdp });
      for (const init of this.#early.splice(0)) await add(pc, init);
      if (frame.cmd === 'offer') {
        shareLines(pc, this.#parts.own);
        await this.#send(pc);
        await this.#describe(pc);
      }
    });
  }

  /**
   * Looks for another way (RFC 8445 section 9), with new credentials if there are any.
   * @param {Promise<RTCConfiguration>} config
   */
  async restart(config) {
    const fresh = await config.catch(() => null);
    if (fresh) this.configure(fresh);
    this.#next(async (pc) => {
      this.evidence = Object.assign(new Evidence(), { begun: true, answered: this.evidence.answered });
      if (pc.signalingState === 'have-local-offer') await pc.setLocalDescription({ type: 'rollback' });
      pc.restartIce();
      await this.#describe(pc);
    });
  }

  /** Whether an offer of ours waits for its answer. */
  get offering() { return this.#pc?.signalingState === 'have-local-offer'; }

  /** Says the offer again, for it or its answer may have got lost. */
  again() {
    this.#next((pc) => this.#describe(pc));
  }

  /** What the browser measures; null before there is anything. */
  async stats() {
    return this.state === 'closed' ? null : this.#pc?.getStats() ?? null;
  }

  /** Who sends our pictures, whether or not there is one now. */
  get pictures() { return this.#pc && lineOf(this.#pc, 'video')?.sender || null; }

  /** Whether the other side sends anything, as far as it tells. */
  get expects() {
    const told = this.channel?.told;
    return !told || told.screen || told.camera === 'on' || told.microphone !== 'none';
  }

  /**
   * Has a later search use other servers or credentials; what runs goes on.
   * @param {RTCConfiguration} config
   */
  configure(config) {
    if (this.#pc && this.state !== 'closed') this.#pc.setConfiguration?.(config); // Firefox has it since 119
  }

  /** Ends the connection; changed is not called any more. */
  close() {
    this.#parts = { ...this.#parts, changed() {}, tell: () => true, heard() {}, file() {} };
    this.#become('closed');
    this.#unwatch();
    this.#pc?.close();
  }

  /** @param {RTCConfiguration} config */
  #build(config) {
    if (this.state === 'closed') return;
    const pc = this.#pc = new RTCPeerConnection(config);
    this.evidence.begun = true;
    const { own, offers, tell } = this.#parts;
    this.channel = new Channel(pc, {
      about: () => own.about,
      changed: () => this.#parts.changed(this),
      heard: (message) => this.#parts.heard(message),
      file: (channel) => this.#parts.file(channel),
    });
    openLines(pc, own, offers);
    beginSmall(pc);
    this.#unwatch = own.watch(() => this.#next((there) => this.#send(there)));
    pc.ontrack = ({ track, receiver }) => {
      this.#show(track);
      this.#watch(receiver.transport);
      this.#parts.changed(this);
    };
    pc.onicecandidate = ({ candidate }) => {
      if (!candidate?.candidate) return; // the end of the list: classic clients do not send it
      this.evidence.found(candidate.candidate);
      tell('candidate', { label: candidate.sdpMLineIndex, id: candidate.sdpMid, candidate: candidate.candidate });
    };
    pc.onicecandidateerror = (event) => this.evidence.failed(/** @type {RTCPeerConnectionIceErrorEvent} */ (event));
    pc.onicegatheringstatechange = () => { this.evidence.gathered = pc.iceGatheringState === 'complete'; };
    pc.oniceconnectionstatechange = () => { this.evidence.reached ||= /connected|completed/.test(pc.iceConnectionState); };
    pc.onconnectionstatechange = () => this.#become(STATES[pc.connectionState] ?? this.state);
  }

  /**
   * A picture counts once something comes: until then a player would hold back the
   * sound, and somebody without a camera would look like somebody with one.
   * @param {MediaStreamTrack} track
   */
  #show(track) {
    if (track.kind === 'audio' || !track.muted) return this.remote.addTrack(track);
    track.onunmute = () => {
      this.remote.addTrack(track);
      this.#parts.changed(this);
    };
  }

  /** @param {RTCPeerConnection} pc */
  async #send(pc) {
    const { own } = this.#parts;
    await send(pc, own);
    this.channel?.tell(own.about);
  }

  /**
   * A DTLS transport closes as soon as the other side hangs up (close_notify, RFC 5246
   * section 7.2.1); ICE takes seconds to find that nobody answers.
   * @param {RTCDtlsTransport | null} transport
   */
  #watch(transport) {
    transport?.addEventListener('statechange', () => {
      if (transport.state === 'closed') this.#become('closed');
    });
  }

  /** @param {RTCPeerConnection} pc */
  async #describe(pc) {
    await pc.setLocalDescription(); // an answer if there is an offer to answer, else an offer
    const { type, sdp } = /** @type {RTCSessionDescription} */ (pc.localDescription);
    const told = this.#parts.tell(type, { type, sdp, number: type === 'offer' ? ++this.#offered : this.#heard });
    if (told === false) throw new Error(`no ${type} that the server takes`);
  }

  /**
   * Whether an offer or answer is one to follow.
   * @param {RTCPeerConnection} pc
   * @param {string} cmd
   * @param {{ number?: unknown }} content
   */
  #counts(pc, cmd, { number }) {
    if (cmd === 'answer') return pc.signalingState !== 'stable' && (number ?? this.#offered) === this.#offered;
    if (pc.signalingState !== 'stable' && this.#parts.offers) return false; // ours goes first
    this.#heard = Number.isSafeInteger(number) ? /** @type {number} */ (number) : 0; // our answer repeats it
    return true;
  }

  /**
   * @param {RTCPeerConnection} pc
   * @param {{ label?: number, id?: string, candidate?: string }} content
   */
  async #candidate(pc, { label, id, candidate }) {
    const init = { sdpMLineIndex: label, sdpMid: id, candidate };
    this.evidence.told(candidate ?? '');
    if (pc.remoteDescription) await add(pc, init);
    else if (this.#early.length < MOST_EARLY) this.#early.push(init);
  }

  /** @param {(pc: RTCPeerConnection) => Promise<void>} step */
  #next(step) {
    this.#work = this.#work.then(async () => {
      if (this.#pc && this.state !== 'closed') await step(this.#pc);
    }).catch((error) => this.#broken(error));
  }

  /** @param {unknown} error */
  #broken(error) {
    if (this.state === 'closed') return;
    console.warn('the connection to the other side:', error);
    if (this.state === 'connecting') this.#become('failed'); // a running call outlives nonsense
  }

  /** @param {LinkState} state */
  #become(state) {
    if (this.state === state || this.state === 'closed') return;
    if (state === 'interrupted' && !this.wasConnected) return; // still trying
    this.state = state;
    this.wasConnected ||= state === 'connected';
    if (this.wasConnected) this.took ??= Math.round(performance.now() - this.#began);
    if (state !== 'connecting') clearTimeout(this.#timer);
    this.#parts.changed(this);
  }
}

/**
 * A candidate that cannot be used is no reason to give up: there are others. One that
 * belongs to an offer which was not followed is left out.
 * @param {RTCPeerConnection} pc
 * @param {RTCIceCandidateInit} init
 */
async function add(pc, init) {
  const fragment = / ufrag (\S+)/.exec(init.candidate ?? '')?.[1];
  if (fragment && !pc.remoteDescription?.sdp.includes(`a=ice-ufrag:${fragment}\r\n`)) return;
  await pc.addIceCandidate(init).catch((error) => console.warn('a candidate of the other side:', error.message));
}

/**
 * By custom msg is JSON in a string; some clients put the object itself there.
 * @param {Frame} frame
 */
const contentOf = ({ msg }) => (typeof msg === 'string' ? JSON.parse(msg) : msg);

/**
 * @param {Frame} frame
 * @returns {{ label?: number, id?: string, candidate?: string }} empty where there is none, as some
 *   clients say at the end of their list: nothing that is odd about one ends a call
 */
function candidateOf(frame) {
  try {
    return contentOf(frame) ?? {};
  } catch {
    return {};
  }
}
