// The list of STUN and TURN servers, asked for before each connection: the
// credentials in it last for a while only.

const ANSWER_WITHIN = 5000; // ms

/**
 * @typedef {object} Choice what somebody who looks for a fault wants left of the list
 * @property {string | null} policy "relay" forbids direct ways
 * @property {string | null} transport "udp" or "tcp" keeps the TURN URLs of one transport
 */

/**
 * @param {Choice} choice
 * @returns {Promise<RTCConfiguration>}
 */
export async function fetchIce({ policy, transport }) {
  const answer = await fetch('/api/ice', { signal: deadline(ANSWER_WITHIN), cache: 'no-store' });
  if (!answer.ok) throw new Error(`/api/ice answered ${answer.status}`);
  /** @type {{ iceServers: { urls: string[] }[], iceTransportPolicy: RTCIceTransportPolicy }} */
  const list = await answer.json();
  const wanted = transport ? `?transport=${transport}` : '';
  return {
    iceServers: list.iceServers
      .map((server) => ({ ...server, urls: server.urls.filter((url) => url.endsWith(wanted)) }))
      .filter((server) => server.urls.length > 0),
    iceTransportPolicy: policy === 'relay' ? 'relay' : list.iceTransportPolicy,
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
