// The data channel to one other page, beside sound and picture. Both sides open it by
// agreement, without a word on the wire (negotiated, W3C WebRTC section 6.2). A classic
// client takes the m-line as any other and never has such a channel; what is said
// into it is dropped there. So somebody listens only once we have heard of them.

import { readMessage } from './messages.js';

/**
 * @typedef {import('./messages.js').About} About
 * @typedef {import('./messages.js').Message} Message
 *
 * @typedef {object} ChannelParts
 * @property {() => About} about what the other is to know of us
 * @property {() => void} changed the other told of itself
 * @property {(message: Message) => void} heard anything else
 * @property {(channel: RTCDataChannel) => void} file a channel that the other opened for a file
 */

const LABEL = 'zerortc';
const NEWS_GAP = 300; // ms; whoever tells of itself without end must not keep us busy
const MOST_WAITING = 1024 * 1024; // bytes said and not yet sent; a link that is so slow carries no chat

export class Channel {
  /** @type {About | null} what the other told of itself last; null if it does not speak */
  told = null;
  #pc;
  #channel;
  #said = '';
  #changed;
  #resting = false; // after the last news
  #untold = false; // and there was more meanwhile

  /**
   * @param {RTCPeerConnection} pc
   * @param {ChannelParts} parts
   */
  constructor(pc, { about, changed, heard, file }) {
    this.#pc = pc;
    this.#changed = changed;
    this.#channel = pc.createDataChannel(LABEL, { negotiated: true, id: 0 });
    this.#channel.onopen = () => this.tell(about());
    this.#channel.onmessage = ({ data }) => {
      const message = readMessage(data);
      if (message?.type === 'about') {
        this.told = message;
        this.#news();
      } else if (message && this.told) {
        heard(message);
      }
    };
    pc.ondatachannel = ({ channel }) => { if (this.told) file(channel); else channel.close(); };
  }

  #news() {
    this.#untold = this.#resting;
    if (this.#resting) return;
    this.#changed();
    this.#resting = true;
    setTimeout(() => {
      this.#resting = false;
      if (this.#untold) this.#news();
    }, NEWS_GAP);
  }

  /** Whether somebody listens. */
  get open() { return this.told !== null && this.#channel.readyState === 'open'; }

  /**
   * Tells of us, once it can be heard, if there is something new.
   * @param {About} about
   */
  tell(about) {
    if (this.#channel.readyState !== 'open') return;
    const text = JSON.stringify({ type: 'about', ...about });
    if (text !== this.#said) this.#channel.send(text);
    this.#said = text;
  }

  /**
   * @param {Message} message
   * @returns {boolean} whether it is on its way
   */
  say(message) {
    if (!this.open || this.#channel.bufferedAmount > MOST_WAITING) return false;
    this.#channel.send(JSON.stringify(message));
    return true;
  }

  /**
   * A channel of its own, for a file: chat does not wait behind it.
   * @param {string} id
   */
  forFile(id) {
    return this.#pc.createDataChannel(id, { protocol: LABEL });
  }
}
