// The signaling socket: frames out, frames in, and a new connection whenever one
// breaks. It knows nothing of rooms, calls or the page.

/**
 * @typedef {{ cmd: string, [member: string]: unknown }} Frame
 *
 * @typedef {object} Handlers
 * @property {() => void} opened a connection stands, the first or a later one
 * @property {(frame: Frame) => void} received
 * @property {() => void} lost it broke or could not be made; the next try is under way
 * @property {(reason: string) => void} refused the server closed it for a reason which
 *   trying again would only repeat
 */

const CONNECT_WITHIN = 10_000; // ms; browsers themselves wait minutes for a silent host
const STEADY_AFTER = 10_000; // ms; a connection that lived longer ends a row of failures
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
  #handlers;
  /** @type {WebSocket | null} the one in use or being opened */
  #socket = null;
  #failures = 0;
  #timer = 0;

  /**
   * @param {string} url
   * @param {Handlers} handlers
   */
  constructor(url, handlers) {
    this.#url = url;
    this.#handlers = handlers;
    this.#connect();
  }

  /**
   * Sends a frame if there is a connection. Without one it is lost, as it would
   * be in a connection about to break: a new one starts everything anew.
   * @param {Frame} frame
   */
  send(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  /** Ends a wait for the next try. */
  hurry() {
    if (!this.#socket) this.#connect();
  }

  /** Ends the connection for good; no handler is called any more. */
  close() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#handlers = { opened() {}, received() {}, lost() {}, refused() {} };
    this.#forget();
    socket?.close(1000);
  }

  #connect() {
    clearTimeout(this.#timer);
    const socket = this.#socket = new WebSocket(this.#url);
    let opened = 0;
    this.#timer = setTimeout(() => this.#broken(), CONNECT_WITHIN);
    socket.onopen = () => {
      clearTimeout(this.#timer);
      opened = Date.now();
      this.#handlers.opened();
    };
    socket.onmessage = (event) => this.#read(event.data);
    socket.onclose = (event) => {
      if (opened && Date.now() - opened > STEADY_AFTER) this.#failures = 0;
      this.#closed(event.code, event.reason);
    };
  }

  /** @param {unknown} data */
  #read(data) {
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
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), retryDelay(this.#failures++, Math.random()));
    this.#handlers.lost();
  }

  #forget() {
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    if (socket.readyState === WebSocket.CONNECTING) socket.close();
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
