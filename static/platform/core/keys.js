/**
 * Keys as written in a shortcut: "r", "?", "mod+k" (Ctrl, or ⌘ on a Mac), "alt+ArrowUp".
 *
 * @param {string} keys
 * @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, shiftKey: boolean}} event
 */
export function matches(keys, event) {
  const wanted = keys.split("+");
  const key = wanted.pop();
  const pressed = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (pressed !== key) return false;
  const mod = event.ctrlKey || event.metaKey;
  // Signs such as ? need Shift on some keyboards and not on others.
  const shiftFits = !/^[a-z]$|^.{2,}$/.test(key) || event.shiftKey === wanted.includes("shift");
  return mod === wanted.includes("mod") && event.altKey === wanted.includes("alt") && shiftFits;
}

/** Whether the shortcut is one key alone, which can be turned off (WCAG 2.1.4). */
export function isSingle(keys) {
  return keys.length === 1;
}

/**
 * Whether a key belongs to what has the focus, because one writes or chooses there.
 *
 * @param {{tagName: string, type?: string, isContentEditable?: boolean}} element
 */
export function isWriting({ tagName, type, isContentEditable }) {
  const marks = ["checkbox", "radio", "button", "submit", "reset", "file"];
  if (tagName === "INPUT") return !marks.includes(type);
  return tagName === "TEXTAREA" || tagName === "SELECT" || isContentEditable === true;
}
