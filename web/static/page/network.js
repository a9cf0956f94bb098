// When this device changes to another network.

/** @param {() => void} moved */
export function onMove(moved) {
  addEventListener('online', moved);
  // Chromium tells more: of each new guess how fast the network is, too, which is no news.
  const network = /** @type {any} */ (navigator).connection;
  let type = network?.type;
  network?.addEventListener('change', () => {
    if (network.type === type) return;
    type = network.type;
    moved();
  });
}
