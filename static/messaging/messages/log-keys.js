/** Walking through messages by keyboard, and what single letters do with the one in focus. */

import { isWriting } from "../../platform/core/keys.js";
import { singleKeysAreOn } from "../../platform/core/shortcuts.js";
import { act } from "./message-actions.js";

const STEPS = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_at, last) => last,
};
const LETTERS = { r: "thread", t: "thread", e: "edit", "+": "react", q: "quote" };

/** @param {{articles(): HTMLElement[]}} log */
export function handleLogKeys(event, log) {
  if (isWriting(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  const article = event.target.closest(".message");
  if (event.key in STEPS) {
    if (event.target !== article && event.target.closest("pop-menu, .emoji-picker")) return;
    event.preventDefault();
    walk(log.articles(), article, event.key);
    return;
  }
  const action = LETTERS[event.key.toLowerCase()];
  if (!action || event.target !== article || !singleKeysAreOn()) return;
  event.preventDefault();
  act(action, article);
}

function walk(articles, current, key) {
  if (!articles.length) return;
  const last = articles.length - 1;
  const at = current ? articles.indexOf(current) : last + 1;
  const next = articles[current ? STEPS[key](at, last) : key === "Home" ? 0 : last];
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}
