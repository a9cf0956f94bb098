// What a browser says of one STUN or TURN server: it is asked for candidates with
// nothing but that one in its configuration.

const ANSWER_WITHIN = 8000; // ms; some browsers go on asking a silent server for a minute
const HELD_BACK = 300; // ms; a candidate of another interface may come a little later

/**
 * @typedef {object} Gathered
 * @property {boolean} ended false: the browser was still waiting for the server
 * @property {string | null} found the address in a candidate that the server gave
 * @property {number} ms until then
 * @property {boolean} hosts whether there were addresses to ask from
 * @property {number[]} errors codes of STUN, and 701
 * @property {boolean} refused by the browser itself
 */

/**
 * @param {import('./ice.js').Server} server
 * @param {'srflx' | 'relay'} wanted
 * @returns {Promise<Gathered>}
 */
export async function gather({ url, username, credential }, wanted) {
  /** @type {Gathered} */
  const gathered = { ended: false, found: null, ms: 0, hosts: false, errors: [], refused: false };
  let pc;
  try {
    pc = new RTCPeerConnection({
      iceServers: [{ urls: [url], username, credential }],
      iceTransportPolicy: wanted === 'relay' ? 'relay' : 'all',
    });
  } catch { // a port that it never goes to, or a URL that it cannot read
    return { ...gathered, ended: true, refused: true };
  }
  try {
    await watch(pc, wanted, gathered);
    return gathered;
  } finally {
    pc.close();
  }
}

/**
 * @param {RTCPeerConnection} pc
 * @param {'srflx' | 'relay'} wanted
 * @param {Gathered} gathered
 * @returns {Promise<void>} until there is an answer, the end, or no time left
 */
async function watch(pc, wanted, gathered) {
  pc.createDataChannel('gather');
  const begin = performance.now();
  const done = new Promise((resolve) => {
    const timer = setTimeout(resolve, ANSWER_WITHIN);
    const finish = () => { clearTimeout(timer); setTimeout(resolve, HELD_BACK); };
    pc.onicecandidate = ({ candidate }) => {
      if (!candidate?.candidate) return;
      gathered.hosts ||= candidate.type === 'host' && candidate.protocol === 'udp';
      if (candidate.type !== wanted || gathered.found) return;
      gathered.found = `${bracketed(candidate.address)}:${candidate.port}`;
      gathered.ms = Math.round(performance.now() - begin);
      finish();
    };
    pc.onicecandidateerror = (event) => {
      gathered.errors.push(/** @type {RTCPeerConnectionIceErrorEvent} */ (event).errorCode);
    };
    pc.onicegatheringstatechange = () => {
      if (pc.iceGatheringState !== 'complete') return;
      gathered.ended = true;
      finish();
    };
  });
  await pc.setLocalDescription();
  await done;
}

/** @param {string | null} address */
const bracketed = (address) => (address?.includes(':') ? `[${address}]` : address ?? '');
