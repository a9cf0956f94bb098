// A stay in a room: from joining until we leave or are shown out. It joins what
// comes over the socket with the connection to the other person. No DOM here.
//
// The rule of the classic protocol (signaling/PROTOCOL.md): who is already there
// hears "new-peer" and makes the offer; who comes hears "resp-join" and waits for it.
//
// A connection lives as long as media gets through, not as long as the socket. If the
// server goes away, both sides keep talking. When it is back it announces the other
// one anew, as classic clients need it; then a second connection is made beside the
// first, and the first is closed soon after the second stands.

import { Link } from './link.js';
import { SignalingSocket } from './socket.js';

/**
 * @typedef {import('./socket.js').Frame} Frame
 * @typedef {import('./link.js').Uid} Uid
 * @typedef {import('./state.js').ServerState} ServerState
 * @typedef {'room-full' | 'taken-over' | 'refused'} End
 *
 * @typedef {object} CallParts
 * @property {string} url of the signaling socket
 * @property {string} room
 * @property {string} uid
 * @property {MediaStream} own
 * @property {() => Promise<RTCConfiguration>} config
 * @property {() => void} changed look at server, link, … again
 * @property {(end: End, reason: string) => void} ended we are out; the reason is the server's
 */

const AWAY_AFTER = 1000; // ms; who hangs up is gone by then
const HANDOVER = 1000; // ms; for the other side the new connection stands a little later
const RETRY_WITHIN = 1000; // ms; both sides see a connection fail, and only one need act

export class Call {
  /** @type {ServerState} */
  server = 'connecting';
  /** @type {Link | null} the newest connection */
  link = null;
  /** @type {Link | null} an older one to the same person that still runs */
  before = null;
  absent = false; // the server says the other left, and media still comes
  left = false; // there was somebody, and nobody is there any more
  #parts;
  #socket;

  /** @param {CallParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#socket = new SignalingSocket(parts.url, {
      opened: () => this.#opened(),
      received: (frame) => this.#received(frame),
      lost: () => { this.server = 'gone'; parts.changed(); },
      refused: (reason) => this.#end(reason === 'taken-over' ? reason : 'refused', reason),
    });
  }

  get room() { return this.#parts.room; }

  /** The connection that carries the call now. */
  get running() {
    return [this.link, this.before].find((link) => link?.state === 'connected') ?? null;
  }

  /** Starts anew after a failure: the other side is told that we come again. */
  retry() {
    this.#drop();
    this.left = false;
    this.#send('leave');
    this.#send('join');
    this.#socket.hurry();
    this.#parts.changed();
  }

  /** Tries to reach the server now rather than later. */
  hurry() {
    this.#socket.hurry();
  }

  leave() {
    this.#send('leave');
    this.close();
  }

  /** Ends all of it; ended and changed are not called any more. */
  close() {
    this.#parts = { ...this.#parts, changed() {}, ended() {} };
    this.#drop();
    this.#socket.close();
  }

  #opened() {
    this.server = 'open';
    if (!this.running) this.#drop(); // whatever was under way got lost
    this.#send('join');
    this.#parts.changed();
  }

  /** @param {Frame} frame */
  #received(frame) {
    const { cmd, uid, remoteUid } = frame;
    switch (cmd) {
      case 'new-peer': return this.#start(remoteUid)?.offer();
      case 'resp-join': return void this.#start(remoteUid);
      case 'offer':
      case 'answer':
      case 'candidate': return this.link?.peer === uid ? this.link?.take(frame) : undefined;
      case 'peer-leave': return this.#peerLeft(remoteUid);
      case 'room-full': return this.#end('room-full', '');
    } // a cmd we do not know is not for us
  }

  /**
   * @param {unknown} peer
   * @returns {Link | undefined} nothing for a name that is none
   */
  #start(peer) {
    if (typeof peer !== 'string' && typeof peer !== 'number') return;
    const running = this.running;
    this.#drop(running?.peer === peer ? running : null);
    this.before = running?.peer === peer ? running : null;
    this.left = this.absent = false;
    const { config, own, changed } = this.#parts;
    const link = this.link = new Link({
      peer, own, config: config(),
      tell: (cmd, msg) => this.#send(cmd, { remoteUid: peer, msg: JSON.stringify(msg) }),
      changed: (which) => this.#linkChanged(which),
    });
    changed();
    return link;
  }

  /** @param {Link} link */
  #linkChanged(link) {
    if (link === this.before) {
      if (link.state !== 'connected') this.#drop(this.link);
    } else if (link.state === 'connected') {
      if (this.before) setTimeout(() => { if (this.link === link) this.#drop(link); }, HANDOVER);
    } else if (link.state === 'closed' || this.absent && link.state !== 'connecting') {
      this.#drop();
      this.left = true;
    } else if (link.state === 'failed' && link.wasConnected) {
      setTimeout(() => { if (this.link === link) this.retry(); }, RETRY_WITHIN * Math.random());
    }
    this.#parts.changed();
  }

  /**
   * The other one left, or only lost the server: then media still comes.
   * @param {unknown} peer
   */
  #peerLeft(peer) {
    if (this.link?.peer !== peer) return;
    const running = this.link = this.running;
    this.#drop(running);
    if (!running) {
      this.left = true;
      this.#parts.changed();
      return;
    }
    this.absent = true;
    setTimeout(() => this.#parts.changed(), AWAY_AFTER);
  }

  /**
   * Closes every connection but one.
   * @param {Link | null} [kept]
   */
  #drop(kept = null) {
    for (const link of [this.link, this.before]) if (link !== kept) link?.close();
    if (this.link !== kept) this.link = null;
    this.before = null;
    if (!this.link) this.absent = false;
  }

  /**
   * @param {string} cmd
   * @param {object} [members]
   */
  #send(cmd, members) {
    this.#socket.send({ cmd, roomId: this.#parts.room, uid: this.#parts.uid, ...members });
  }

  /**
   * @param {End} end
   * @param {string} reason
   */
  #end(end, reason) {
    const { ended } = this.#parts;
    this.close();
    ended(end, reason);
  }
}
