// The list of STUN and TURN servers. A server that speaks the extended dialect sends
// it, and sends it anew before its credentials end; else it is asked for before each
// connection.

const ANSWER_WITHIN = 5000; // ms
const SENT_WITHIN = 1000; // ms; it comes with the answer to the join

/**
 * @typedef {object} Choice what somebody who looks for a fault wants left of the list
 * @property {string | null} policy "relay" forbids direct ways
 * @property {string | null} transport "udp" or "tcp" keeps the TURN URLs of one transport
 */

export class IceList {
  #ticket;
  #choice;
  /** @type {RTCConfiguration | null} the newest that was sent */
  #sent = null;
  /** @type {RTCConfiguration | null} the newest of all */
  #used = null;
  /** @type {Promise<void> | null} while one is under way */
  #coming = null;
  #came = () => {};
  /** @type {ReturnType<typeof fetchList> | null} while one is fetched */
  #asked = null;
  #until = 0; // in the page's own time, which no change of the clock moves

  /**
   * @param {import('./signaling.js').Ticket} ticket
   * @param {Choice} choice
   */
  constructor(ticket, choice) {
    this.#ticket = ticket;
    this.#choice = choice;
  }

  /**
   * Takes what the server sent.
   * @param {RTCIceServer[]} servers
   * @param {number} ttl in seconds
   */
  take(servers, ttl) {
    this.#until = performance.now() + 900 * ttl; // a connection takes a moment to use them
    this.#came();
    return this.#used = this.#sent = chosen(servers, 'all', this.#choice);
  }

  /** @param {boolean} expected whether a list is under way */
  expect(expected) {
    this.#came();
    if (!expected) return;
    this.#coming = new Promise((resolve) => {
      this.#came = resolve;
      setTimeout(resolve, SENT_WITHIN);
    });
  }

  /**
   * Asks for new credentials: those we have may be of a server that was started anew.
   * @returns {Promise<RTCConfiguration>}
   */
  async fresh() {
    this.#asked ??= fetchList(this.#ticket).finally(() => { this.#asked = null; }); // for all connections at once
    const { iceServers, ttl } = await this.#asked;
    return this.take(iceServers, ttl);
  }

  /** @returns {Promise<RTCConfiguration>} for a connection that starts now */
  async config() {
    await this.#coming;
    if (this.#sent && performance.now() < this.#until) return this.#sent;
    try {
      const list = await fetchList(this.#ticket);
      return this.#used = chosen(list.iceServers, list.iceTransportPolicy, this.#choice);
    } catch (error) {
      console.warn('the list of ICE servers:', error);
      return this.#used ?? chosen([], 'all', this.#choice); // there may be a way without
    }
  }

  /** The URLs of the newest list. */
  get urls() { return (this.#used?.iceServers ?? []).flatMap(({ urls }) => urls); }

  /**
   * What the server saw of the credential that we hold.
   * @returns {Promise<import('./verdict.js').ServerView | null>} null: it does not tell
   */
  async view() {
    const { username, credential } = this.#used?.iceServers?.find((server) => server.username) ?? {};
    if (!username) return null;
    try {
      const answer = await fetch('/api/credential', {
        method: 'POST', headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ username, credential }), signal: deadline(ANSWER_WITHIN), cache: 'no-store',
      });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }
}

/**
 * @param {import('./signaling.js').Ticket} ticket
 * @returns {Promise<{ iceServers: RTCIceServer[], ttl: number, iceTransportPolicy: RTCIceTransportPolicy }>}
 */
async function fetchList({ room, uid, invite, pin }) {
  const answer = await fetch('/api/ice', {
    method: 'POST', // what proves our right to the list must not stand in an address
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ room, uid, ...invite && { invite }, ...pin && { pin } }),
    signal: deadline(ANSWER_WITHIN), cache: 'no-store',
  });
  if (!answer.ok) throw new Error(`/api/ice answered ${answer.status}`);
  return answer.json();
}

/**
 * The configuration made of a list. An entry without URLs is left out: browsers throw
 * on it.
 * @param {RTCIceServer[]} servers
 * @param {RTCIceTransportPolicy} usual
 * @param {Choice} choice
 * @returns {RTCConfiguration}
 */
export function chosen(servers, usual, { policy, transport }) {
  const wanted = transport ? `?transport=${transport}` : '';
  return {
    iceServers: servers
      .map((server) => ({ ...server, urls: [server.urls].flat().filter((url) => url.endsWith(wanted)) }))
      .filter((server) => server.urls.length > 0),
    iceTransportPolicy: policy === 'relay' ? 'relay' : usual,
    bundlePolicy: 'max-bundle', // one way for sound, pictures and data: a third of the allocations
  };
}

/**
 * AbortSignal.timeout, which iPhones have since iOS 16 only.
 * @param {number} ms
 */
function deadline(ms) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ms);
  return controller.signal;
}
