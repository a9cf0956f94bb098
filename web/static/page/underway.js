// What would be lost with the page: a file that moves, a message that somebody who is
// still here has not got.

/**
 * @param {import('./chat.js').Said | import('./fileentry.js').FileEntry} entry
 * @param {import('./people.js').People['standing']} standing
 */
export function isUnderWay(entry, standing) {
  if (entry.kind === 'file') return entry.legs.some(({ stage }) => stage === 'moving');
  return [...entry.missing.keys()].some((uid) => ['open', 'late'].includes(standing(uid)));
}
