// The two lines of a connection, one for sound and one for pictures. The first offer
// has both, whether or not there is anything to send yet: whatever is sent later goes
// over them (replaceTrack), so a camera that is switched on, or a screen, needs no
// other offer.

import { KINDS } from './outgoing.js';

/**
 * @typedef {import('./outgoing.js').Kind} Kind
 * @typedef {import('./outgoing.js').Outgoing} Outgoing
 */

/**
 * @param {RTCPeerConnection} pc
 * @param {Outgoing} own
 * @param {boolean} offers whether the first offer is ours
 */
export function openLines(pc, own, offers) {
  for (const kind of KINDS) {
    const track = own.track(kind);
    if (offers) pc.addTransceiver(track ?? kind, { streams: [own.stream] });
    else if (track) pc.addTrack(track, own.stream); // it takes the line of the offer that comes
  }
}

/**
 * Has both sides send over the lines of the other side's offer.
 * @param {RTCPeerConnection} pc
 * @param {Outgoing} own
 */
export function shareLines(pc, own) {
  for (const line of KINDS.map((kind) => lineOf(pc, kind))) {
    if (line?.direction !== 'recvonly') continue;
    line.direction = 'sendrecv';
    line.sender.setStreams?.(own.stream); // Firefox has it since 113
  }
}

/**
 * Sends what there is to send now, and nothing else.
 * @param {RTCPeerConnection} pc
 * @param {Outgoing} own
 */
export async function send(pc, own) {
  for (const kind of KINDS) {
    const sender = lineOf(pc, kind)?.sender;
    if (sender && sender.track !== own.track(kind)) await sender.replaceTrack(own.track(kind));
  }
}

/**
 * There is none where a classic client neither takes nor gives any.
 * @param {RTCPeerConnection} pc
 * @param {Kind} kind
 */
export const lineOf = (pc, kind) => pc.getTransceivers().find(({ receiver, direction }) => receiver.track.kind === kind && direction !== 'stopped');
