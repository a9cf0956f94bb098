// A loop through the relay: first pings, then for some seconds about what a video
// call sends, counted at the other end.

import { pause } from './wait.js';

const PINGS = 10;
const PING_EVERY = 50; // ms
const LOAD_FOR = 2500; // ms
const SIZE = 1000; // bytes, about a packet of media
const PACE = 5e6 / 8 / SIZE / 1000; // packets a ms: 5 Mbit/s, and never more
const TICK = 10; // ms
const BURST = 20; // packets; a page that the browser slows down does not catch up
const MOST_WAITING = 64_000; // bytes in the browser that the network has not taken
const SILENCE = 2000; // ms without a packet: the loop is broken
const LAST_WAIT = 500; // ms for those under way

const PING = 1; // first byte of a packet; behind it a number of four bytes
const LOAD = 2;

/**
 * @typedef {object} Figures
 * @property {number} mbps what arrived
 * @property {number} rttMs the median
 * @property {number} lossPercent
 */

/**
 * @param {RTCDataChannel} here
 * @param {RTCDataChannel} there
 * @param {(done: number) => void} progress from 0 to 1
 * @returns {Promise<Figures | null>} null: it broke
 */
export async function measure(here, there, progress) {
  const rttMs = await pings(here, there);
  if (rttMs === null) return null;
  const load = await flood(here, there, progress);
  return load && { ...load, rttMs };
}

/**
 * @param {RTCDataChannel} here
 * @param {RTCDataChannel} there
 * @returns {Promise<number | null>}
 */
async function pings(here, there) {
  /** @type {number[]} */
  const sent = [];
  /** @type {number[]} */
  const times = [];
  there.onmessage = ({ data }) => { if (there.readyState === 'open') there.send(data); };
  here.onmessage = ({ data }) => times.push(performance.now() - sent[numberIn(data)]);
  for (let n = 0; n < PINGS; n++) {
    sent.push(performance.now());
    if (here.readyState === 'open') here.send(packet(PING, n, 16));
    await pause(PING_EVERY);
  }
  for (let waited = 0; times.length < PINGS && waited < LAST_WAIT; waited += TICK) await pause(TICK);
  times.sort((a, b) => a - b);
  return times.length > 0 ? rounded(times[times.length >> 1]) : null;
}

/**
 * @param {RTCDataChannel} here
 * @param {RTCDataChannel} there
 * @param {(done: number) => void} progress
 * @returns {Promise<{ mbps: number, lossPercent: number } | null>}
 */
async function flood(here, there, progress) {
  const begin = performance.now();
  let arrived = 0;
  let first = begin;
  let last = begin;
  there.onmessage = ({ data }) => {
    if (new Uint8Array(data)[0] !== LOAD) return;
    last = performance.now();
    if (arrived++ === 0) first = last;
  };
  let sent = 0;
  for (let at = 0; at < LOAD_FOR; at = performance.now() - begin) {
    const due = Math.min(Math.floor(at * PACE), sent + BURST);
    while (sent < due && here.readyState === 'open' && here.bufferedAmount < MOST_WAITING) here.send(packet(LOAD, sent++, SIZE));
    if (here.readyState !== 'open' || performance.now() - last > SILENCE) return null;
    progress(at / LOAD_FOR);
    await pause(TICK);
  }
  for (let waited = 0; arrived < sent && waited < LAST_WAIT; waited += TICK) await pause(TICK);
  if (arrived < 2) return null;
  return {
    mbps: rounded((arrived - 1) * SIZE * 8 / (last - first) / 1000),
    lossPercent: rounded(100 * (sent - arrived) / sent),
  };
}

/**
 * @param {number} kind
 * @param {number} number
 * @param {number} size
 */
function packet(kind, number, size) {
  const view = new DataView(new ArrayBuffer(size));
  view.setUint8(0, kind);
  view.setUint32(1, number);
  return view.buffer;
}

/** @param {ArrayBuffer} data */
const numberIn = (data) => new DataView(data).getUint32(1);

/** @param {number} value */
const rounded = (value) => Math.round(value * 10) / 10;
