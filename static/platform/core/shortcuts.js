import { isSingle, isWriting, matches } from "./keys.js";
import { reader } from "./reader.js";

const known = new Set();

/**
 * Do something when keys are pressed. One key alone stays silent where one writes, and everywhere
 * for readers who turned single keys off in their settings.
 *
 * @param {string} keys as in keys.js
 * @param {(event: KeyboardEvent) => void} action
 * @param {{within?: Element}} [options] only while the focus is inside
 * @returns {() => void} forgets it again.
 */
export function onKeys(keys, action, { within } = {}) {
  const shortcut = { keys, action, within };
  known.add(shortcut);
  return () => known.delete(shortcut);
}

export function singleKeysAreOn() {
  return reader.usesSingleKeys;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  for (const { keys, action, within } of known) {
    if (!matches(keys, event) || (within && !within.contains(event.target))) continue;
    if (isSingle(keys) && (isWriting(event.target) || !singleKeysAreOn())) continue;
    event.preventDefault();
    action(event);
    return;
  }
});

function showList() {
  const dialog = document.getElementById("shortcuts");
  if (dialog && !dialog.open) dialog.showModal();
}

onKeys("?", showList);
onKeys("mod+k", () => document.querySelector(".topbar__search")?.click());

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-shortcuts]")) return;
  event.preventDefault();
  showList();
});
