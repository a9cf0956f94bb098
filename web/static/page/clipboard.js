// Copying text, on pages that browsers trust and on those they do not.

/**
 * @param {string} text
 * @returns {Promise<boolean>} whether it was copied
 */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyMarked(text); // the clipboard is missing in an insecure context, and may be forbidden
  }
}

/**
 * The old way: mark text in the document and have that copied.
 * @param {string} text
 */
function copyMarked(text) {
  const focused = document.activeElement;
  const area = document.createElement('textarea');
  area.className = 'unseen';
  area.readOnly = true; // or phones show their keyboard
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
