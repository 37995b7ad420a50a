// The page of a conversation: its log, its composers, what stands beside it.
import { word } from "../core/reader.js";
import { onKeys } from "../core/shortcuts.js";
import { toast } from "../core/toast.js";
import "./message-actions.js";
import "./message-composer.js";
import "./message-log.js";
import "./message-thread.js";
import "./message-tools.js";
import { posting } from "./posting.js";
import { isSideOpen } from "./side-column.js";
import "./typing-line.js";

// What suggests people while one writes comes with the first sign of somebody who may write.
const signs = ["pointermove", "pointerdown", "keydown", "focusin"];

async function loadSuggestions() {
  for (const sign of signs) removeEventListener(sign, loadSuggestions);
  await import("../vendor/text-expander-element.js").catch(() => {}); // without it, one still writes
  // Who was quicker gets the suggestions for what is written already.
  const field = document.activeElement;
  if (field?.closest("text-expander")) field.dispatchEvent(new InputEvent("input"));
}

for (const sign of signs) addEventListener(sign, loadSuggestions);

onKeys("c", () => {
  const place = isSideOpen() && document.querySelector(".sheet__side textarea");
  (place || document.querySelector(".conversation__foot textarea"))?.focus();
});

posting.addEventListener("stored", ({ detail: { message, unreached = [], missed = [] } }) => {
  if (missed.length) {
    import("./missed-posts.js").then(({ offerPosts }) => offerPosts(message, missed));
  }
  const others = unreached.filter((name) => !missed.some(({ text }) => text === name));
  if (others.length) toast(word("unreached", { names: others.join(", ") }));
});
