// A stay in a room: from looking for the server until we leave or are shown out. It joins
// what comes over the socket with the connections to the other people. No DOM here.
//
// The rule of the protocol (signaling/PROTOCOL.md): who is already there makes the
// offer to who comes. With more than two people each has a connection to each other.

import { IceList } from './ice.js';
import { Peer } from './peer.js';
import { EXTENDED, Signaling } from './signaling.js';
import { SignalingSocket } from './socket.js';

/**
 * @typedef {import('./signaling.js').Uid} Uid
 * @typedef {import('./signaling.js').Ticket} Ticket
 * @typedef {import('./state.js').ServerState} ServerState
 *
 * @typedef {object} CallParts
 * @property {string} url of the signaling socket
 * @property {import('./outgoing.js').Outgoing} own
 * @property {import('./ice.js').Choice} choice of servers and ways
 * @property {() => void} changed look at server, peers, … again
 * @property {(peer: Peer, message: import('./messages.js').Message) => void} heard from page to page
 * @property {(peer: Peer, channel: RTCDataChannel) => void} file
 * @property {(reason: string) => void} ended we are out; the reason is the server's code
 */

const PASSING = ['too-many-joins', 'too-many-rooms', 'unavailable']; // reasons that pass by themselves

export class Call {
  /** @type {ServerState} */
  server = 'connecting';
  /** @type {Map<Uid, Peer>} the others, in the order in which they came */
  peers = new Map();
  ice;
  left = false; // there was somebody, and nobody is there any more
  over = false;
  #parts;
  /** @type {Ticket} blank until we enter; all who need it have this one */
  #ticket = { room: '', uid: '', invite: null, pin: null };
  /** @type {SignalingSocket} */
  #socket;
  /** @type {Signaling} */
  #signaling;

  /** @param {CallParts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.ice = new IceList(this.#ticket, parts.choice);
    this.#signaling = new Signaling(this.#ticket, {
      send: (frame) => this.#socket.send(frame),
      limits: (limits) => this.#socket.measure(limits),
      others: (uids) => this.#others(uids),
      seated: (resumed) => this.#seated(resumed),
      came: (peer) => this.#start(peer, true),
      met: (peer) => this.#start(peer, false),
      left: (peer) => this.#left(peer),
      away: (peer, away) => this.#away(peer, away),
      told: (peer, frame) => this.peers.get(peer)?.take(frame),
      iceSoon: (expected) => this.ice.expect(expected),
      ice: (servers, ttl) => this.#ice(servers, ttl),
      refused: (code) => this.#refused(code),
      heartbeat: (seconds) => this.#socket.beat(seconds),
      closing: (seconds) => this.#socket.comeBackWithin(seconds),
    });
    this.#socket = new SignalingSocket(parts.url, EXTENDED, {
      opened: (dialect) => this.#signaling.opened(dialect),
      received: (frame) => this.#signaling.received(frame),
      lost: () => this.#lost(),
      refused: (reason) => this.#end(reason || 'closed'),
    });
  }

  /** @param {Ticket} ticket */
  enter(ticket) {
    Object.assign(this.#ticket, ticket);
    this.#signaling.enter();
  }

  get room() { return this.#ticket.room; }

  /** Whether the room may be given a PIN by making it anew: nobody else is in it. */
  get lockable() { return this.#signaling.pins && this.server === 'open' && this.peers.size === 0; }

  /** What may be asked of those who come. */
  get asks() { return { invites: this.#signaling.invites, pins: this.#signaling.pins }; }

  /** Whether media comes from anybody. */
  get running() { return [...this.peers.values()].some((peer) => peer.running); }

  /** Whether everybody from whom media comes has lost the server. */
  get absent() { return [...this.peers.values()].every((peer) => !peer.running || peer.absent); }

  /** Whether nothing comes from anybody, though connections stand. */
  get quiet() { return [...this.peers.values()].every((peer) => !peer.running || peer.quiet); }

  /** The connection that tells most of those that do not carry media. */
  get link() {
    const links = [...this.peers.values()].map((peer) => peer.link);
    return links.find((link) => link?.state === 'connecting') ?? links.find((link) => link?.state === 'interrupted') ?? links[0] ?? null;
  }

  /**
   * Starts anew after a failure: the other side is told that we come again.
   * @param {Partial<Ticket>} [changes] to what the room is entered with
   */
  retry(changes) {
    this.#drop();
    this.left = false;
    this.#signaling.again(changes);
    this.#socket.hurry();
    this.#parts.changed();
  }

  /** Tries to reach the server now rather than later. */
  hurry() {
    this.#socket.hurry();
  }

  /** Our network is another one: looks for the server and for everybody anew. */
  moved() {
    this.hurry();
    for (const peer of this.peers.values()) peer.restart();
  }

  leave() {
    this.#signaling.leave();
    this.close();
  }

  /** Ends all of it; ended and changed are not called any more. */
  close() {
    this.over = true;
    this.#parts = { ...this.#parts, changed() {}, heard() {}, file() {}, ended() {} };
    this.#drop();
    this.#socket.close();
  }

  #lost() {
    this.server = 'gone';
    this.#signaling.lost();
    this.#parts.changed();
  }

  /**
   * We are new in the room. With whom we still talk and who is not there may come back to
   * it as we did, or never, and then nobody says that they left.
   * @param {unknown[]} uids
   */
  #others(uids) {
    for (const peer of this.peers.values()) if (peer.running && !uids.includes(peer.uid)) this.#left(peer.uid);
  }

  /** @param {boolean} resumed nobody noticed; else we are new to the others */
  #seated(resumed) {
    this.server = 'open';
    this.#socket.settled();
    if (!resumed) this.#drop((peer) => peer.running === null); // whatever was under way got lost
    else for (const peer of this.peers.values()) peer.again();
    this.#parts.changed();
  }

  /**
   * @param {Uid} uid
   * @param {boolean} offers whether the offer is ours to make
   */
  #start(uid, offers) {
    this.#makeRoom(uid);
    this.#socket.forget(uid); // it was for a connection before this one
    this.left = false;
    let peer = this.peers.get(uid);
    if (!peer) {
      const { ice } = this;
      peer = new Peer(uid, {
        own: this.#parts.own,
        config: () => ice.config(),
        fresh: () => ice.fresh(),
        online: () => this.server === 'open',
        insists: () => this.#signaling.capacity > 2, // of two, people are told and choose
        tell: (to, cmd, msg) => this.#signaling.tell(to, cmd, msg),
        changed: () => this.#parts.changed(),
        heard: (which, message) => this.#parts.heard(which, message),
        file: (which, channel) => this.#parts.file(which, channel),
        gone: (which) => this.#gone(which),
      });
      this.peers.set(uid, peer);
    }
    peer.start(offers);
  }

  /**
   * Who comes has the place of somebody before: who left may still send, and come again
   * under any number of names. No more are kept than the room has seats for.
   * @param {Uid} uid
   */
  #makeRoom(uid) {
    const others = [...this.peers.values()].filter((peer) => peer.uid !== uid);
    const over = Math.max(0, others.length - (this.#signaling.capacity - 2)); // without us and who comes
    const going = others.sort((a, b) => Number(b.left) - Number(a.left)).slice(0, over);
    this.#drop((peer) => going.includes(peer));
  }

  /** @param {Uid} uid */
  #left(uid) {
    this.#socket.forget(uid);
    this.peers.get(uid)?.leave();
  }

  /**
   * @param {Uid} uid
   * @param {boolean} away
   */
  #away(uid, away) {
    const peer = this.peers.get(uid);
    peer?.setAway(away);
    if (!away) peer?.again();
  }

  /** @param {Peer} peer */
  #gone(peer) {
    this.peers.delete(peer.uid);
    this.left = this.peers.size === 0;
    this.#parts.changed();
  }

  /**
   * @param {RTCIceServer[]} servers
   * @param {number} ttl in seconds
   */
  #ice(servers, ttl) {
    const config = this.ice.take(servers, ttl);
    for (const peer of this.peers.values()) peer.configure(config);
  }

  /**
   * Ends connections without a word.
   * @param {(peer: Peer) => boolean} [which] all of them if not said
   */
  #drop(which = () => true) {
    for (const peer of [...this.peers.values()].filter(which)) {
      peer.close();
      this.#socket.forget(peer.uid);
      this.peers.delete(peer.uid);
    }
  }

  /**
   * A server that has just come back may be too busy for all at once. Who talks
   * meanwhile need not hear of it.
   * @param {string} code
   */
  #refused(code) {
    if (this.running && PASSING.includes(code)) this.#socket.retryLater();
    else this.#end(code);
  }

  /** @param {string} reason */
  #end(reason) {
    const { ended } = this.#parts;
    this.close();
    ended(reason);
  }
}
