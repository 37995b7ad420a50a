/**
 * Where selected words stand in a text whose shown parts say where they begin (`data-start`).
 *
 * Places are counted in characters as the server counts them, not in UTF-16 units.
 *
 * @param {Range} range
 * @returns {{sha256: string, start: number, end: number, part: string} | null} null if it is not within one text.
 */
export function rangeOf(range) {
  const text = closest(range.startContainer, ".access-text");
  if (!text?.dataset.sha256 || text !== closest(range.endContainer, ".access-text")) return null;
  const start = placeOf(range.startContainer, range.startOffset, text);
  const end = placeOf(range.endContainer, range.endOffset, text);
  if (start === null || end === null || end <= start) return null;
  const part = text.closest("[id^=part-]")?.id.replace("part-", "") ?? "";
  return { sha256: text.dataset.sha256, start, end, part };
}

/** The number of characters in the first UTF-16 units of a text. */
export function charactersIn(text, units) {
  return [...text.slice(0, units)].length;
}

function placeOf(node, offset, text) {
  const part = closest(node, "[data-start]");
  if (part && node.nodeType === Node.TEXT_NODE) {
    return Number(part.dataset.start) + charactersIn(node.data, offset);
  }
  // The selection ends between two parts: at the end of the one before.
  const before = [...text.querySelectorAll("[data-start]")].filter(
    (each) => document.createRange().comparePoint && isBefore(each, node, offset),
  );
  const last = before.at(-1);
  if (!last) return 0;
  return Number(last.dataset.start) + [...last.textContent].length;
}

function isBefore(element, node, offset) {
  const range = document.createRange();
  range.setStart(node, offset);
  return range.comparePoint(element, element.childNodes.length) <= 0;
}

function closest(node, selector) {
  const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  return element?.closest(selector) ?? null;
}
