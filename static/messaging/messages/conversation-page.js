// The page of a conversation: its log, its composers, what stands beside it.
import { word } from "../../platform/core/reader.js";
import { onKeys } from "../../platform/core/shortcuts.js";
import { listen } from "../../platform/core/socket.js";
import { toast } from "../../platform/core/toast.js";
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
  await import("../../vendor/text-expander-element.js").catch(() => {}); // without it, one still writes
  // Who was quicker gets the suggestions for what is written already.
  const field = document.activeElement;
  if (field?.closest("text-expander")) field.dispatchEvent(new InputEvent("input"));
}

for (const sign of signs) addEventListener(sign, loadSuggestions);

listen("scheduled:changed", async ({ conversation_id: id }) => {
  const { drawScheduled } = await import("./scheduled-strip.js");
  drawScheduled(id);
});

listen("poll:changed", async ({ poll_id: id }) => {
  const { pollChanged } = await import("./poll-card.js");
  pollChanged(id);
});

document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.(".poll-card form");
  if (!form) return;
  event.preventDefault();
  const { vote } = await import("./poll-card.js");
  vote(form);
});

// What is scheduled is edited and sent where it stands; without script these lead to pages.
document.addEventListener("click", async (event) => {
  const row = event.target.closest?.("[data-scheduled-id]");
  const does = row && event.target.closest("a[href], button");
  if (!does || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const { editScheduled, sendNow } = await import("./scheduled-strip.js");
  if (does.href) editScheduled(does.getAttribute("href"));
  else sendNow(row);
});

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
