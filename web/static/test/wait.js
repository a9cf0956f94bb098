// Waiting, and no longer than is good.

/** @param {number} ms */
export const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/**
 * What the work gives, or null if it is not done in time.
 * @template T
 * @param {Promise<T>} work
 * @param {number} ms
 * @returns {Promise<T | null>}
 */
export function within(work, ms) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * fetch with an end.
 * @param {string} url
 * @param {number} ms
 * @param {RequestInit} [options]
 */
export async function ask(url, ms, options = {}) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), ms);
  try {
    const answer = await fetch(url, { cache: 'no-store', ...options, signal: controller.signal });
    return { status: answer.status, date: answer.headers.get('Date'), text: await answer.text() };
  } finally {
    clearTimeout(timer);
  }
}

/** Whether the server answers at all. */
export const serverAnswers = () => ask('/healthz', 4000).then(() => true, () => false);
