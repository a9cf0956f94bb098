// Where a card belongs that is about something on the stage: beside it, where there is
// more room, and never over it. A pure decision.

/**
 * @typedef {{ left: number, top: number, right: number, bottom: number }} Box
 *
 * @typedef {object} Place
 * @property {number} left px from the left of the stage
 * @property {number | null} top px from its top; null: bottom says it
 * @property {number | null} bottom px from its bottom
 * @property {number} most px that the card may be high
 */

const GAP = 8; // px

/**
 * @param {Box} about what the card is about
 * @param {Box} stage
 * @param {Box} free the part of the stage that nothing else lies over
 * @param {number} width of the card, px
 * @returns {Place}
 */
export function placeOf(about, stage, free, width) {
  const below = free.bottom - about.bottom - 2 * GAP;
  const above = about.top - free.top - 2 * GAP;
  const left = Math.max(free.left + GAP, Math.min(about.left, free.right - width - GAP)) - stage.left;
  return below >= above
    ? { left, top: about.bottom + GAP - stage.top, bottom: null, most: below }
    : { left, top: null, bottom: stage.bottom - about.top + GAP, most: above };
}
