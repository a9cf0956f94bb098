// Whether this device trusts the server now, found out by trying.

const WITHIN = 4000; // ms

/**
 * @typedef {'trusted' | 'untrusted' | 'half' | 'uncovered' | 'gone'} Verdict
 * half: pages yes, WebSockets no; so it is on iPhones after a warning was clicked away
 * uncovered: not trusted at an address that no certificate of the server is for
 */

/**
 * @param {string} host of the server, with its port
 * @returns {Promise<Verdict>}
 */
export async function probe(host) {
  const shown = await answers(`https://${host}/healthz`);
  if (shown && await opens(`wss://${host}/ws`)) return 'trusted';
  if (!shown && !await answers('/healthz')) return 'gone';
  if (!await covered()) return 'uncovered';
  return shown ? 'half' : 'untrusted';
}

/** Whether the server has a certificate for the address of this page; if in doubt it has. */
async function covered() {
  try {
    return (await (await fetch('/trust/info', { cache: 'no-store' })).json()).covers !== false;
  } catch {
    return true;
  }
}

/**
 * Whether there is an answer, whatever it says: from a page that came without TLS it
 * may not be read, only waited for.
 * @param {string} url
 */
async function answers(url) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), WITHIN);
  try {
    await fetch(url, { mode: 'no-cors', cache: 'no-store', signal: controller.signal });
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Whether a WebSocket opens.
 * @param {string} url
 * @returns {Promise<boolean>}
 */
function opens(url) {
  return new Promise((done) => {
    const socket = new WebSocket(url);
    /** @param {boolean} open */
    const finish = (open) => { clearTimeout(timer); done(open); socket.close(); };
    const timer = setTimeout(() => finish(false), WITHIN);
    socket.onopen = () => finish(true);
    socket.onerror = () => finish(false);
  });
}
