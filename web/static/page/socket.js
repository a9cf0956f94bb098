// The signaling socket: frames out, frames in, and a new connection whenever one
// breaks. It knows nothing of rooms, calls or the page.

import { Outbox } from './outbox.js';

/**
 * @typedef {{ cmd: string, [member: string]: unknown }} Frame
 *
 * @typedef {object} Handlers
 * @property {(dialect: string) => void} opened a connection stands, the first or a later
 *   one, and this subprotocol is spoken on it, or none
 * @property {(frame: Frame) => void} received
 * @property {() => void} lost it broke or could not be made; the next try is under way
 * @property {(reason: string) => void} refused the server closed it for a reason which
 *   trying again would only repeat
 */

const CONNECT_WITHIN = 10_000; // ms; browsers themselves wait minutes for a silent host
const STEADY_AFTER = 10_000; // ms; a connection that lived longer ends a row of failures
const STAY_FOR = 120_000; // ms; longer than servers drain
const LONGEST_DELAY = 30_000; // ms

// Reasons with which the server asks us to come back, although the code is 1008
// (signaling/PROTOCOL.md, When the server closes).
const COME_BACK = ['peer-slow', 'no-pong'];

/**
 * How long to wait before a try: 1, 2, 4 … 30 s and up to half of that again, so
 * that the clients of a restarted server do not all come in one moment.
 * @param {number} failures in a row
 * @param {number} random from 0 to 1
 */
export function retryDelay(failures, random) {
  return Math.min(LONGEST_DELAY, 1000 * 2 ** failures) * (1 + random / 2);
}

export class SignalingSocket {
  #url;
  #dialect;
  #handlers;
  /** @type {WebSocket | null} the one in use or being opened */
  #socket = null;
  /** @type {WebSocket[]} those before it. Closing one would give our seat away. */
  #before = [];
  #failures = 0;
  #understood = false; // the server has taken the dialect once
  #timer = 0; // of the try under way, or until the next one
  #moving = 0; // until we leave a server that is about to go
  #stayUntil = 0; // having moved once; on performance.now()'s clock
  #notBefore = 0; // when that one wants us back, on performance.now()'s clock
  #beating = 0;
  #heard = true; // something, since the last ping
  #outbox = new Outbox((frame) => {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  });

  /**
   * @param {string} url
   * @param {string} dialect the subprotocol to ask for
   * @param {Handlers} handlers
   */
  constructor(url, dialect, handlers) {
    this.#url = url;
    this.#dialect = dialect;
    this.#handlers = handlers;
    this.#connect(dialect);
  }

  /**
   * Sends a frame if there is a connection; without one it is lost.
   * @param {Frame} frame
   * @returns {boolean} false: too much waits to be sent already
   */
  send(frame) { return this.#outbox.add(frame); }

  /**
   * What waits to be sent to somebody need not be sent.
   * @param {unknown} uid
   */
  forget(uid) { this.#outbox.forget(uid); }

  /** @param {import('./outbox.js').Limits} limits of the server that we are connected to */
  measure(limits) { this.#outbox.measure(limits); }

  /** Ends a wait for the next try. */
  hurry() {
    if (!this.#socket) this.#connect(this.#dialect);
  }

  /** We have our seat on this connection: those before it have no more use. */
  settled() {
    for (const socket of this.#before.splice(0)) socket.close(1000);
  }

  /**
   * Pings now and then. A server that does not answer is one behind a network that
   * broke without a word, of which browsers tell nothing for minutes.
   * @param {number} seconds between two pings
   */
  beat(seconds) {
    clearInterval(this.#beating);
    this.#heard = true;
    if (seconds <= 0) return;
    this.#beating = setInterval(() => {
      if (!this.#heard) return this.#broken();
      this.#heard = false;
      this.#outbox.addFirst({ cmd: 'ping' });
    }, 1000 * seconds);
  }

  /**
   * The server is about to go: moves to another connection at some moment within this
   * time, so that not everybody comes at once. If that one says so too, it leads to the
   * same server, and there is nothing to do but wait for the end.
   * @param {number} seconds
   */
  comeBackWithin(seconds) {
    if (performance.now() < this.#stayUntil) return;
    this.#stayUntil = performance.now() + STAY_FOR;
    const wait = 1000 * seconds * Math.random();
    this.#notBefore = performance.now() + wait;
    clearTimeout(this.#moving);
    this.#moving = setTimeout(() => this.#move(), wait);
  }

  /** Tries again on another connection, after the usual wait. */
  retryLater() {
    this.#broken();
    this.settled(); // there was no seat to lose
  }

  /** Ends the connection for good; no handler is called any more. */
  close() {
    for (const timer of [this.#timer, this.#moving]) clearTimeout(timer);
    const socket = this.#socket;
    this.#handlers = { opened() {}, received() {}, lost() {}, refused() {} };
    this.#forget();
    this.settled();
    socket?.close(1000);
  }

  /** @param {string} dialect the subprotocol to ask for; empty: none */
  #connect(dialect) {
    clearTimeout(this.#timer);
    const socket = this.#socket = dialect ? new WebSocket(this.#url, dialect) : new WebSocket(this.#url);
    let opened = 0;
    this.#timer = setTimeout(() => this.#broken(), CONNECT_WITHIN);
    socket.onopen = () => {
      clearTimeout(this.#timer);
      opened = Date.now();
      this.#outbox.begin();
      this.#understood ||= socket.protocol === this.#dialect;
      this.#handlers.opened(socket.protocol);
    };
    socket.onmessage = (event) => this.#read(event.data);
    socket.onclose = (event) => {
      // A server that does not know the dialect leaves it out of its answer, and
      // browsers refuse that. Why is not told, and it may be the network that failed:
      // so it is tried without after each failure, but for the first in a row.
      if (!opened && dialect && !this.#understood && this.#failures > 0) return this.#connect('');
      if (opened && Date.now() - opened > STEADY_AFTER) this.#failures = 0;
      this.#closed(event.code, event.reason);
    };
  }

  /** @param {unknown} data */
  #read(data) {
    this.#heard = true;
    const frame = parse(data);
    if (frame) this.#handlers.received(frame);
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  #closed(code, reason) {
    if (code === 1009 || code === 1008 && !COME_BACK.includes(reason)) {
      this.#forget();
      this.#handlers.refused(reason);
      return;
    }
    this.#broken();
  }

  #broken() {
    this.#forget();
    clearTimeout(this.#moving);
    const delay = Math.max(retryDelay(this.#failures++, Math.random()), this.#notBefore - performance.now());
    this.#timer = setTimeout(() => this.#connect(this.#dialect), delay);
    this.#handlers.lost();
  }

  #move() {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#forget();
    this.#handlers.lost();
    this.#connect(this.#dialect);
  }

  #forget() {
    const socket = this.#socket;
    this.#socket = null;
    this.#outbox.begin();
    clearTimeout(this.#timer);
    clearInterval(this.#beating);
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    if (socket.readyState === WebSocket.CONNECTING) socket.close();
    else if (socket.readyState === WebSocket.OPEN) this.#before.push(socket);
  }
}

/**
 * @param {unknown} data
 * @returns {Frame | null} null for what is not a frame
 */
function parse(data) {
  try {
    const frame = JSON.parse(String(data));
    return typeof frame?.cmd === 'string' ? frame : null;
  } catch {
    return null;
  }
}
