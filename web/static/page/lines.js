// The two lines of a connection, one for sound and one for pictures. The first offer
// has both, whether or not there is anything to send yet: whatever is sent later goes
// over them (replaceTrack), so a camera that is switched on, or a screen, needs no
// other offer.

import { KINDS } from './outgoing.js';

/**
 * @typedef {import('./outgoing.js').Kind} Kind
 * @typedef {import('./outgoing.js').Outgoing} Outgoing
 */

const SMALL_FOR = 1000; // ms of the call; the browser knows by then what the network carries

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
 * Has the call begin with pictures of half the width and height. Browsers begin at a
 * rate that is too low for large ones: Chromium leaves out up to four of those and then
 * sends smaller ones anyway, so that the first is seen later.
 * @param {RTCPeerConnection} pc
 */
export function beginSmall(pc) {
  divide(pc, 1, 2);
  const look = () => {
    if (pc.connectionState !== 'connected') return;
    pc.removeEventListener('connectionstatechange', look);
    setTimeout(() => divide(pc, 2, 1), SMALL_FOR);
  };
  pc.addEventListener('connectionstatechange', look);
}

/**
 * @param {RTCPeerConnection} pc
 * @param {number} from what width and height are divided by; if it is another, somebody
 *   has reduced them since, and knows better
 * @param {number} to
 */
function divide(pc, from, to) {
  const sender = lineOf(pc, 'video')?.sender;
  const parameters = sender?.getParameters();
  if (!sender || !parameters?.encodings?.length || pc.signalingState === 'closed') return; // Firefox before 110 has none: all pictures are whole
  if (parameters.encodings.some(({ scaleResolutionDownBy: scale = 1 }) => scale !== from)) return;
  for (const encoding of parameters.encodings) encoding.scaleResolutionDownBy = to;
  sender.setParameters(parameters).catch((error) => console.info('the browser keeps its size:', error.message));
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
