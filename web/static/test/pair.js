// Two connections in one page that reach each other through the relay and no other
// way, with a channel between them that loses what is lost, as sound and picture do.

import { within } from './wait.js';

const CONNECT_WITHIN = 10_000; // ms

export class RelayedPair {
  #ends;

  /** @param {import('./ice.js').Server} server */
  constructor({ url, username, credential }) {
    /** @type {RTCConfiguration} */
    const config = { iceServers: [{ urls: [url], username, credential }], iceTransportPolicy: 'relay' };
    this.#ends = [new RTCPeerConnection(config), new RTCPeerConnection(config)];
  }

  /**
   * Connects the two.
   * @returns {Promise<RTCDataChannel[] | null>} the ends of the channel; null: no way
   */
  async open() {
    const [one, other] = this.#ends;
    const here = one.createDataChannel('loop', { ordered: false, maxRetransmits: 0 });
    const there = new Promise((resolve) => { other.ondatachannel = ({ channel }) => resolve(channel); });
    const opened = Promise.all([openOf(here), there.then(openOf)]);
    const described = describe(one, other);
    for (const [from, to] of [[one, other], [other, one]]) {
      from.onicecandidate = ({ candidate }) => {
        if (candidate) described.then(() => to.addIceCandidate(candidate)).catch(() => {}); // there are others
      };
    }
    await described;
    const ends = await within(opened, CONNECT_WITHIN);
    for (const end of ends ?? []) end.binaryType = 'arraybuffer';
    return ends;
  }

  close() {
    for (const end of this.#ends) end.close();
  }
}

/**
 * @param {RTCPeerConnection} one
 * @param {RTCPeerConnection} other
 */
async function describe(one, other) {
  await one.setLocalDescription();
  await other.setRemoteDescription(/** @type {RTCSessionDescription} */ (one.localDescription));
  await other.setLocalDescription();
  await one.setRemoteDescription(/** @type {RTCSessionDescription} */ (other.localDescription));
}

/**
 * @param {RTCDataChannel} channel
 * @returns {Promise<RTCDataChannel>}
 */
const openOf = (channel) => new Promise((resolve) => {
  if (channel.readyState === 'open') resolve(channel);
  else channel.onopen = () => resolve(channel);
});
