// The parts of the page that come when they are needed, or when there is time: to a
// browser each module is some milliseconds of work before anything can be clicked.

/**
 * @template T
 * @param {() => Promise<T>} load
 * @returns {() => Promise<T>} fetches the part once. If it did not come the next call
 *   asks again; browsers that remember a module's failure need a reload.
 */
export function later(load) {
  /** @type {Promise<T> | null} */
  let part = null;
  return () => part ??= load().catch((error) => {
    part = null;
    throw error;
  });
}
