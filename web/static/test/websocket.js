// Whether the signaling socket opens, and how long a ping takes.

import { serverAnswers, within } from './wait.js';

const OPEN_WITHIN = 8000; // ms
const PONG_WITHIN = 4000; // ms
const DIALECT = 'zerortc.v2'; // signaling/PROTOCOL.md, The extended dialect

/**
 * @param {string} url
 * @returns {Promise<import('./findings.js').Finding>}
 */
export async function checkWebSocket(url) {
  const extended = await open(url, [DIALECT]);
  if (!extended.socket && extended.reason) return unopened(extended.reason);
  // A browser gives up on a server that does not know the dialect it offers.
  const { socket, reason, ms } = extended.socket ? extended : await open(url, []);
  if (!socket) return unopened(reason);
  try {
    if (socket.protocol !== DIALECT) return { check: 'websocket', code: 'classic', facts: { ms } };
    const took = await within(ping(socket), PONG_WITHIN);
    if (took === null) return { check: 'websocket', code: 'no-pong', facts: { ms } };
    return { check: 'websocket', code: 'ok', facts: { ms, pingMs: round(took) } };
  } finally {
    socket.close();
  }
}

/**
 * @param {string} url
 * @param {string[]} dialects
 * @returns {Promise<{ socket: WebSocket | null, reason: string, ms: number }>}
 */
async function open(url, dialects) {
  const begin = performance.now();
  const socket = new WebSocket(url, dialects);
  const reason = await within(opening(socket), OPEN_WITHIN);
  socket.onopen = socket.onclose = null;
  if (socket.readyState === WebSocket.OPEN) return { socket, reason: '', ms: Math.round(performance.now() - begin) };
  socket.close();
  return { socket: null, reason: reason ?? '', ms: 0 };
}

/**
 * @param {WebSocket} socket
 * @returns {Promise<string>} why it closed, if it did and the server said so
 */
const opening = (socket) => new Promise((resolve) => {
  socket.onopen = () => resolve('');
  socket.onclose = ({ reason }) => resolve(reason);
});

/**
 * Browsers do not say why a socket does not open, so that is guessed from whether the
 * same server answers otherwise.
 * @param {string} reason
 * @returns {Promise<import('./findings.js').Finding>}
 */
async function unopened(reason) {
  if (reason) return { check: 'websocket', code: 'refused', facts: { reason } };
  return { check: 'websocket', code: await serverAnswers() ? 'blocked' : 'server-gone' };
}

/**
 * @param {WebSocket} socket
 * @returns {Promise<number>} ms
 */
const ping = (socket) => new Promise((resolve) => {
  const begin = performance.now();
  socket.onmessage = ({ data }) => {
    if (isPong(data)) resolve(performance.now() - begin);
  };
  socket.send(JSON.stringify({ cmd: 'ping', t: 'test' }));
});

/** @param {unknown} data */
function isPong(data) {
  try {
    const frame = JSON.parse(String(data));
    return frame.cmd === 'pong' && frame.t === 'test';
  } catch {
    return false;
  }
}

/** @param {number} ms */
const round = (ms) => Math.round(ms * 10) / 10;
