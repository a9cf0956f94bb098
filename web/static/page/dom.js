// The document's elements, with their types.

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page lacks ${id}`);
  return found;
}

/** @param {string} id */
export const button = (id) => element(id, HTMLButtonElement);

/**
 * Plays what a stream has; without a picture in it the element is not seen.
 * @param {HTMLVideoElement} video
 * @param {MediaStream | null} stream
 */
export function project(video, stream) {
  const source = stream?.getTracks().length ? stream : null;
  if (video.srcObject !== source) video.srcObject = source;
  video.hidden = !stream?.getVideoTracks().length;
}
