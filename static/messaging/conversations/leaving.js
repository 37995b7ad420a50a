/** An open conversation that is no longer the reader's to read: it goes, and a sentence says so. */
import { icon } from "../../platform/core/icon.js";
import { word } from "../../platform/core/reader.js";
import { listen } from "../../platform/core/socket.js";
import { say } from "../messages/announcer.js";

const conversation = () =>
  document.querySelector(":is(.conversation, .discussion)[data-conversation-id]");

/** Close what is open of this conversation. */
export function onLeaving(id) {
  const open = conversation();
  if (open?.dataset.conversationId !== id) return;
  const banner = document.createElement("div");
  const text = document.createElement("p");
  banner.className = "banner banner--attn";
  banner.tabIndex = -1;
  text.className = "banner__text";
  text.textContent = word("left");
  banner.append(icon("lock"), text);
  const page = document.createElement("div");
  page.className = "page";
  page.append(banner);
  open.replaceWith(page);
  document.querySelector(".sheet__side")?.remove();
  document.querySelector(".sheet")?.classList.remove("sheet--side");
  document.body.classList.remove("in-thread", "in-conversation");
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  if (open.matches(".conversation")) history.replaceState(null, "", "/messages");
  banner.focus();
  say(text.textContent);
}

listen("conversation:left", ({ conversation_id: id }) => onLeaving(id));
