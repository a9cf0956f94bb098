// What getStats tells, as figures for people: pure functions of one or two reports.
//
// Browsers differ (W3C webrtc-stats leaves much open): Chromium names the selected pair
// in the statistics of the transport, Firefox marks the pair itself; Firefox has the
// round trip with the streams rather than with the pair. What a browser does not tell
// is null here.

/**
 * @typedef {'host' | 'reflexive' | 'relay'} Way straight, through a NAT, through the relay
 * @typedef {'udp' | 'tcp' | 'tls'} Transport
 * @typedef {Record<string, any>} Stat one entry of a report
 * @typedef {import('./evidence.js').Evidence['kindAt']} KindAt
 *
 * @typedef {object} Snapshot what one look shows; counters count from the beginning
 * @property {number} at ms
 * @property {{ way: Way, transport: Transport } | null} pair
 * @property {number | null} rtt s
 * @property {number | null} jitter s
 * @property {{ bytes: number, packets: number, lost: number }} came
 * @property {{ bytes: number }} went
 * @property {number | null} lostThere of the pictures that we send, 0 to 1, as the other side reports
 * @property {Picture | null} seen
 * @property {Picture | null} shown what the other one gets of us
 * @property {string[]} codecs
 *
 * @typedef {{ width: number, height: number, fps: number }} Picture
 *
 * @typedef {object} Figures
 * @property {Snapshot['pair']} pair
 * @property {number | null} rttMs
 * @property {number | null} jitterMs
 * @property {number} lossIn percent of what was sent to us meanwhile
 * @property {number | null} lossOut percent
 * @property {number} kbpsIn
 * @property {number} kbpsOut
 * @property {Picture | null} seen
 * @property {Picture | null} shown
 * @property {string[]} codecs
 */

/**
 * @param {Iterable<Stat>} report the values of an RTCStatsReport
 * @param {number} at ms
 * @param {KindAt} [kindAt]
 * @returns {Snapshot}
 */
export function snapshotOf(report, at, kindAt = () => null) {
  const all = [...report];
  const known = new Map(all.map((stat) => [stat.id, stat]));
  const of = (/** @type {string} */ type) => all.filter((stat) => stat.type === type);
  const came = of('inbound-rtp');
  const went = of('outbound-rtp');
  const there = of('remote-inbound-rtp');
  const pair = selectedPair(of, known);
  return {
    at,
    pair: pair ? wayOf(known.get(pair.localCandidateId), known.get(pair.remoteCandidateId), kindAt) : null,
    rtt: pair?.currentRoundTripTime ?? most(there, 'roundTripTime'),
    jitter: most(came, 'jitter'),
    came: { bytes: sum(came, 'bytesReceived'), packets: sum(came, 'packetsReceived'), lost: sum(came, 'packetsLost') },
    went: { bytes: sum(went, 'bytesSent') },
    lostThere: most(there.filter(isVideo), 'fractionLost'),
    seen: pictureOf(came.find(isVideo)),
    shown: pictureOf(went.find(isVideo)),
    codecs: [...new Set([...came, ...went].flatMap(({ codecId }) => known.get(codecId)?.mimeType?.replace(/^.*\//, '') ?? []))],
  };
}

/**
 * @param {(type: string) => Stat[]} of
 * @param {Map<string, Stat>} known
 * @returns {Stat | undefined}
 */
function selectedPair(of, known) {
  const transport = of('transport').find(({ selectedCandidatePairId }) => known.has(selectedCandidatePairId));
  if (transport) return known.get(transport.selectedCandidatePairId);
  const pairs = of('candidate-pair');
  return pairs.find(({ selected }) => selected) ??
    pairs.filter(({ nominated, state }) => nominated && state === 'succeeded')
      .sort((a, b) => (b.bytesReceived ?? 0) - (a.bytesReceived ?? 0))[0];
}

/**
 * @param {Stat | undefined} local
 * @param {Stat | undefined} remote
 * @param {KindAt} kindAt
 * @returns {Snapshot['pair']}
 */
function wayOf(local, remote, kindAt) {
  if (!local || !remote) return null;
  const kinds = [local.candidateType, kindAt(remote.address, remote.port) ?? remote.candidateType];
  const way = kinds.includes('relay') ? 'relay' : kinds.every((kind) => kind === 'host') ? 'host' : 'reflexive';
  const transport = local.candidateType === 'relay' ? local.relayProtocol ?? 'udp' : local.protocol;
  return { way, transport: ['udp', 'tcp', 'tls'].includes(transport) ? transport : 'udp' };
}

/**
 * @param {Stat | undefined} stream
 * @returns {Picture | null}
 */
function pictureOf(stream) {
  if (!stream?.frameWidth) return null;
  return { width: stream.frameWidth, height: stream.frameHeight ?? 0, fps: Math.round(stream.framesPerSecond ?? 0) };
}

/**
 * @param {Snapshot} before
 * @param {Snapshot} now
 * @returns {Figures}
 */
export function figuresBetween(before, now) {
  const seconds = Math.max(0.001, (now.at - before.at) / 1000);
  // Counters begin anew with another connection, and lost packets may still come.
  const grown = (/** @type {number} */ a, /** @type {number} */ b) => Math.max(0, b - a);
  const lost = grown(before.came.lost, now.came.lost);
  const sent = lost + grown(before.came.packets, now.came.packets);
  const kbps = (/** @type {number} */ a, /** @type {number} */ b) => Math.round(grown(a, b) * 8 / seconds / 1000);
  return {
    pair: now.pair,
    rttMs: milli(now.rtt),
    jitterMs: milli(now.jitter),
    lossIn: sent ? 100 * lost / sent : 0,
    lossOut: now.lostThere === null ? null : 100 * now.lostThere,
    kbpsIn: kbps(before.came.bytes, now.came.bytes),
    kbpsOut: kbps(before.went.bytes, now.went.bytes),
    seen: now.seen, shown: now.shown, codecs: now.codecs,
  };
}

/**
 * @typedef {'good' | 'fair' | 'poor'} Level
 *
 * How a call feels: beyond 2 % loss it is heard, beyond 5 % it hurts; ITU-T G.114 has
 * people notice 200 ms each way.
 * @param {Pick<Figures, 'lossIn' | 'lossOut' | 'rttMs' | 'jitterMs'>} figures
 * @returns {Level}
 */
export function levelOf({ lossIn, lossOut, rttMs, jitterMs }) {
  const loss = Math.max(lossIn, lossOut ?? 0);
  if (loss > 5 || (rttMs ?? 0) > 400 || (jitterMs ?? 0) > 100) return 'poor';
  return loss > 2 || (rttMs ?? 0) > 200 || (jitterMs ?? 0) > 40 ? 'fair' : 'good';
}

/** @param {Stat} stat */
const isVideo = ({ kind, mediaType }) => (kind ?? mediaType) === 'video';

/** @param {number | null} seconds */
const milli = (seconds) => (seconds === null ? null : Math.round(1000 * seconds));

/**
 * @param {Stat[]} stats
 * @param {string} name
 * @returns {number}
 */
const sum = (stats, name) => stats.reduce((total, stat) => total + (stat[name] ?? 0), 0);

/**
 * @param {Stat[]} stats
 * @param {string} name
 * @returns {number | null}
 */
function most(stats, name) {
  const values = stats.map((stat) => stat[name]).filter((value) => typeof value === 'number');
  return values.length ? Math.max(...values) : null;
}
