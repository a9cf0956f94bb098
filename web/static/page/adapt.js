// How much of our picture to send where packets get lost: a pure decision. Browsers
// follow the bandwidth by themselves, but keep up their rate where a link loses packets
// for other reasons, and then sound breaks up as well as pictures.

/**
 * @typedef {object} Step
 * @property {number} kbps 0: as the browser likes
 * @property {number} scale what width and height are divided by
 *
 * @typedef {object} Course
 * @property {number} step an index of STEPS
 * @property {number | null} badSince ms; there has been loss since then
 * @property {number | null} goodSince ms; there has been next to none since then
 * @property {number} wait ms without loss before more is tried
 * @property {number} raised ms; when more was tried last
 */

/** @type {Step[]} */
export const STEPS = [
  { kbps: 0, scale: 1 },
  { kbps: 800, scale: 1.5 },
  { kbps: 400, scale: 2 },
  { kbps: 200, scale: 3 },
  { kbps: 100, scale: 4 },
];

const BAD = 5; // percent
const GOOD = 2;
const LOWER_AFTER = 5000; // ms of loss
const RAISE_AFTER = 8000; // ms without
const LONGEST_WAIT = 64_000; // ms
const SOON = 20_000; // ms; loss that comes back so soon is of our own making

/** @type {Course} */
export const START = { step: 0, badSince: null, goodSince: null, wait: RAISE_AFTER, raised: -Infinity };

/**
 * @param {Course} course
 * @param {number | null} loss percent of our packets; null: not known
 * @param {number} at ms
 * @returns {Course}
 */
export function steer(course, loss, at) {
  if (loss === null) return course;
  const badSince = loss > BAD ? course.badSince ?? at : null;
  const goodSince = loss < GOOD ? course.goodSince ?? at : null;
  const now = { ...course, badSince, goodSince };
  if (badSince !== null && at - badSince >= LOWER_AFTER && course.step < STEPS.length - 1) {
    const ours = at - course.raised < SOON;
    return { ...now, step: course.step + 1, badSince: at, wait: ours ? Math.min(2 * course.wait, LONGEST_WAIT) : course.wait };
  }
  if (goodSince === null) return now;
  const calm = at - goodSince;
  if (course.step === 0) return calm < LONGEST_WAIT ? now : { ...now, wait: RAISE_AFTER };
  return calm < course.wait ? now : { ...now, step: course.step - 1, goodSince: at, raised: at };
}
