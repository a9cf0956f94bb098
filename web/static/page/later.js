// Parts of the page that come when they are needed.

/**
 * Brings one once. If it does not come that is told, and it is asked for again the next
 * time; browsers that remember a module's failure need a reload.
 * @template T
 * @param {() => Promise<T>} bring
 * @param {() => void} missed it did not come
 * @returns {() => Promise<T | null>} null if it did not
 */
export function later(bring, missed) {
  /** @type {Promise<T | null> | null} */
  let coming = null;
  return () => coming ??= bring().catch((error) => {
    console.warn('a part of the page:', error);
    coming = null;
    missed();
    return null;
  });
}
