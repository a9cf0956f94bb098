// The report for whoever is to help: what was found, and with what. It holds no
// password, no user name, no room and no name of a device; addresses of this device
// are cut short.

import { CHECKS, meaningOf } from './findings.js';
import { SUMMARIES } from './verdict.js';

/**
 * @typedef {import('./findings.js').Check} Check
 * @typedef {import('./findings.js').Facts} Facts
 * @typedef {import('./findings.js').Finding} Finding
 *
 * @typedef {object} Circumstances
 * @property {string} server its version
 * @property {string} page its origin
 * @property {string} userAgent
 * @property {string} language
 * @property {Date} began
 * @property {Date} ended
 * @property {string[]} urls of STUN and TURN
 */

const FORMAT = 1; // changes when something that was there is gone or means something else

/**
 * @param {Circumstances} with_
 * @param {Map<Check, Finding>} found
 * @param {import('./verdict.js').Summary} summary
 */
export function reportOf({ server, page, userAgent, language, began, ended, urls }, found, summary) {
  return {
    report: 'zerortc-test',
    format: FORMAT,
    server,
    page,
    userAgent,
    language,
    began: began.toISOString(),
    ended: ended.toISOString(),
    verdict: SUMMARIES[summary],
    summary,
    urls,
    checks: CHECKS.flatMap((check) => found.get(check) ?? []).map((finding) => ({
      check: finding.check,
      verdict: meaningOf(finding).verdict,
      code: finding.code,
      ...finding.facts && { facts: masked(finding.facts) },
    })),
  };
}

/**
 * @param {Facts} facts
 * @returns {Facts}
 */
function masked(facts) {
  return typeof facts.seen === 'string' ? { ...facts, seen: shortened(facts.seen) } : facts;
}

/**
 * The network of an address without the place in it: 192.0.2.x, [2001:db8:1:x].
 * @param {string} place address and port
 */
export function shortened(place) {
  if (place.startsWith('[')) return `[${place.slice(1).split(':').slice(0, 3).join(':')}:x]`;
  return place.replace(/:\d+$/, '').replace(/\.\d+$/, '.x');
}
