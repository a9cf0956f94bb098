// A small graph of the last minute: how much comes, and how much of it was lost.

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 240;
const HEIGHT = 56;
const SPAN = 60; // samples
const FLOOR = 200; // kbit/s; less than that does not fill the graph
const FULL_LOSS = 20; // percent that fill it

/**
 * @param {number[]} values
 * @param {number} top what fills the graph
 * @returns {string} the points of a line, the newest at the right
 */
export function pointsOf(values, top) {
  const step = WIDTH / (SPAN - 1);
  return values.slice(-SPAN).map((value, i, all) => {
    const x = WIDTH - (all.length - 1 - i) * step;
    const y = HEIGHT - 1 - Math.min(1, value / top) * (HEIGHT - 2);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  }).join(' ');
}

export class Graph {
  element = part('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'graph', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  #loss = part('polyline', { class: 'loss' });
  #rate = part('polyline', { class: 'rate' });

  constructor() {
    this.element.append(this.#loss, this.#rate);
  }

  /** @param {import('./stats.js').Figures[]} history */
  show(history) {
    const rates = history.map(({ kbpsIn }) => kbpsIn);
    this.#rate.setAttribute('points', pointsOf(rates, Math.max(FLOOR, ...rates)));
    this.#loss.setAttribute('points', pointsOf(history.map(({ lossIn, lossOut }) => Math.max(lossIn, lossOut ?? 0)), FULL_LOSS));
  }
}

/**
 * @param {string} name
 * @param {Record<string, string>} attributes
 */
function part(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
