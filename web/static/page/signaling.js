// What is said to the server and what it means: both dialects of
// signaling/PROTOCOL.md, and nothing else. It has no socket, no clock and no page:
// frames and the fate of connections go in, frames and news come out. So a test can
// play a server to it.
//
// In the extended dialect a seat outlives its connection. On a new one the page asks
// for it back (resume); what it wanted to say meanwhile was kept, as the server has
// kept what the others said. Only when that fails, the page enters anew. The classic
// dialect knows no such thing: each connection enters anew.

/**
 * @typedef {import('./socket.js').Frame} Frame
 * @typedef {string | number} Uid
 *
 * @typedef {object} Ticket what the room is entered with
 * @property {string} room
 * @property {string} uid
 * @property {string | null} invite
 * @property {string | null} pin
 *
 * @typedef {object} Session what proves a seat ours
 * @property {unknown} session
 * @property {unknown} resume
 * @property {number} received frames on its connection after the welcome
 *
 * @typedef {object} News
 * @property {(frame: Frame) => boolean} send over the connection that stands; false: too much waits already
 * @property {(limits: import('./outbox.js').Limits) => void} limits of what the server takes
 * @property {(uids: unknown[]) => void} others who sits in the room we have come into
 * @property {(resumed: boolean) => void} seated
 * @property {(peer: Uid) => void} came after us: we make the offer
 * @property {(peer: Uid) => void} met whom we found: the offer will come
 * @property {(peer: Uid) => void} left
 * @property {(peer: Uid, away: boolean) => void} away the other lost the server, or found it again
 * @property {(peer: Uid, frame: Frame) => void} told an offer, answer or candidate
 * @property {(expected: boolean) => void} iceSoon whether ICE servers are under way
 * @property {(servers: RTCIceServer[], ttl: number) => void} ice
 * @property {(code: string) => void} refused there is no seat for us; the code is the server's
 * @property {(seconds: number) => void} heartbeat how often to ping
 * @property {(seconds: number) => void} closing the server is about to go
 */

/** Asked for as a WebSocket subprotocol. */
export const EXTENDED = 'zerortc.v2';

const MOST_KEPT = 256; // frames; a call needs some 20
const FRAME_BYTES = 65_536; // that a server takes which does not say
const MOST_EARLIER = 4; // sessions; the server has forgotten those before

export class Signaling {
  extended = false;
  capacity = 2;
  pins = false; // who makes a room may give it a PIN
  invites = false; // the server asks for an invite
  #ticket;
  #news;
  #wanted = false; // a seat, whenever a connection stands
  #ready = false; // the connection is, to take one
  #seated = false;
  /** @type {Session | null} of the connection that stands */
  #session = null;
  /** @type {Session[]} of earlier ones, one of which may still have our seat; the newest first */
  #earlier = [];
  /** @type {Frame[]} for others, from while there was no connection */
  #kept = [];
  #frameBytes = FRAME_BYTES; // the server closes the connection of whoever sends more

  /**
   * @param {Ticket} ticket which may change until it is used, by entering
   * @param {News} news
   */
  constructor(ticket, news) {
    this.#ticket = ticket;
    this.#news = news;
  }

  /**
   * A connection stands.
   * @param {string} dialect the subprotocol that the server took
   */
  opened(dialect) {
    this.extended = dialect === EXTENDED;
    if (!this.extended) this.#greeted(); // else the server speaks first
  }

  /** Takes a seat, now or as soon as a connection stands; nobody hears of us before. */
  enter() {
    this.#wanted = true;
    if (this.#ready) this.#takeSeat();
  }

  /** The connection broke. */
  lost() {
    // Whether a resume under way was granted cannot be known: then both may be right.
    if (this.#session && (this.#seated || this.#earlier.length)) this.#earlier.unshift(this.#session);
    this.#earlier.length = Math.min(this.#earlier.length, MOST_EARLIER);
    this.#session = null;
    this.#ready = false;
    this.#seated = false;
  }

  /**
   * Enters anew: the others are told that we left and came.
   * @param {Partial<Ticket>} [changes]
   */
  again(changes) {
    Object.assign(this.#ticket, changes); // which who asks for ICE servers has too
    this.#earlier = [];
    if (!this.#seated) return;
    this.#say('leave');
    this.#seated = false;
    this.#enterAnew();
  }

  leave() {
    this.#say('leave');
    this.#earlier = [];
    this.#seated = false;
  }

  /**
   * Hands something to another member, now or when we are back.
   * @param {Uid} peer
   * @param {string} cmd
   * @param {object} msg
   * @returns {boolean} false: it cannot be told, for it is too large, or too much is to be told
   */
  tell(peer, cmd, msg) {
    const frame = this.#frame(cmd, { remoteUid: peer, msg: JSON.stringify(msg) });
    if (new TextEncoder().encode(JSON.stringify(frame)).length > this.#frameBytes) return false;
    if (this.#seated) return this.#news.send(frame);
    if (this.extended && this.#kept.length < MOST_KEPT) this.#kept.push(frame);
    return true;
  }

  /** @param {Frame} frame */
  received(frame) {
    const { cmd, uid, remoteUid } = frame;
    if (this.#session) this.#session.received++;
    switch (cmd) {
      case 'welcome': return this.#welcome(frame);
      case 'joined': return this.#joined(frame);
      case 'resumed': return this.#sit(true);
      case 'ice': return this.#ice(frame);
      case 'error': return this.#error(frame);
      case 'closing': return this.#news.closing(Number(frame.reconnectSeconds) || 0);
      case 'room-full': return this.#refused('room-full');
      case 'offer':
      case 'answer':
      case 'candidate':
        if (isUid(uid)) this.#news.told(uid, frame);
        return;
      default:
        if (isUid(remoteUid)) this.#heardOf(remoteUid, cmd);
    }
  }

  /**
   * @param {Uid} peer
   * @param {string} cmd one that we do not know is not for us
   */
  #heardOf(peer, cmd) {
    switch (cmd) {
      case 'new-peer': return this.#news.came(peer);
      case 'resp-join': return this.#news.met(peer);
      case 'peer-leave': return this.#news.left(peer);
      case 'peer-away': return this.#news.away(peer, true);
      case 'peer-back': return this.#news.away(peer, false);
    }
  }

  /** @param {Frame} frame */
  #welcome(frame) {
    const { session, resume, heartbeatSeconds, invites, pins, limits } = frame;
    this.#session = { session, resume, received: 0 };
    this.pins = pins === true;
    this.invites = invites === true;
    if (limits) this.#measure(limits);
    if (typeof heartbeatSeconds === 'number') this.#news.heartbeat(heartbeatSeconds);
    this.#ice(frame);
    this.#greeted();
  }

  #greeted() {
    this.#ready = true;
    if (this.#wanted) this.#takeSeat();
  }

  /** @param {import('./outbox.js').Limits & { frameBytes?: number }} limits */
  #measure(limits) {
    this.#frameBytes = limits.frameBytes === 0 ? Infinity : limits.frameBytes || FRAME_BYTES;
    this.#news.limits(limits);
  }

  /** Back onto our seat if there may be one, else onto a new one. */
  #takeSeat() {
    const [last] = this.#earlier;
    if (this.extended && last) this.#news.send({ cmd: 'resume', ...last });
    else this.#enterAnew();
  }

  #enterAnew() {
    this.#join();
    if (!this.extended) this.#sit(false); // where no answer comes
  }

  /** @param {Frame} frame */
  #joined({ capacity, members }) {
    if (typeof capacity === 'number') this.capacity = capacity;
    if (Array.isArray(members)) this.#news.others(members);
    this.#sit(false);
  }

  /** @param {Frame} frame */
  #ice({ iceServers, ttl }) {
    if (Array.isArray(iceServers) && iceServers.length) this.#news.ice(iceServers, Number(ttl) || 0);
  }

  /** @param {Frame} frame */
  #error({ code, ref }) {
    if (ref === 'resume') {
      this.#earlier.shift();
      this.#takeSeat();
    } else if (ref === 'ice') {
      this.#news.iceSoon(false);
    } else if (ref === 'join' && code !== 'already-joined') {
      this.#refused(String(code));
    } // whatever else went wrong concerns a frame that was late, or a close that follows
  }

  #join() {
    const { invite, pin } = this.#ticket;
    this.#kept = [];
    if (!this.extended) return this.#say('join');
    this.#say('join', { ...invite && { invite }, ...pin && { pin } });
    // What came with the welcome was for anybody; what is asked for behind the join is
    // for us in this room. Where a join has to earn it, it comes by itself.
    this.#news.iceSoon(true);
    if (!this.invites) this.#news.send({ cmd: 'ice' });
  }

  /** @param {boolean} resumed */
  #sit(resumed) {
    this.#seated = true;
    this.#earlier = [];
    for (const frame of this.#kept.splice(0)) this.#news.send(frame);
    this.#news.seated(resumed);
  }

  /** @param {string} code */
  #refused(code) {
    this.#seated = false;
    this.#news.refused(code);
  }

  /**
   * @param {string} cmd
   * @param {object} [members]
   */
  #say(cmd, members) {
    this.#news.send(this.#frame(cmd, members));
  }

  /**
   * @param {string} cmd
   * @param {object} [members]
   * @returns {Frame}
   */
  #frame(cmd, members) {
    return { cmd, roomId: this.#ticket.room, uid: this.#ticket.uid, ...members };
  }
}

/**
 * @param {unknown} value
 * @returns {value is Uid}
 */
const isUid = (value) => typeof value === 'string' || typeof value === 'number';
