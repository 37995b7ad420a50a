/** What one does with a message: each action by its name, from buttons, menus and keys alike. */

import { request } from "../../platform/core/http.js";
import { momentOf, word } from "../../platform/core/reader.js";
import { ask, isOnline } from "../../platform/core/socket.js";
import { toast } from "../../platform/core/toast.js";
import { tellUnread } from "../conversations/counts.js";
import { plainText, say } from "./announcer.js";
import { learn, messageOf, openConversation, openLog, rightsOver } from "./known.js";
import { quoted } from "./markdown-edit.js";
import { withoutMarks } from "./mention-text.js";
import { startEditing } from "./message-edit.js";
import { markSaved, pattern } from "./message-view.js";
import { orComplain } from "./notices.js";
import { discard, retry } from "./posting.js";
import { openSide } from "./side-column.js";

const addressOf = (message) => `/c/${openConversation()}/m/${message.seq}`;

const actions = {
  react: (message, article) => pickReaction(message, article),
  thread: (message, article) => reply(message, article),
  versions: (message, article) => openSide(`${addressOf(message)}/versions`, { opener: article }),
  edit: (message, article) => startEditing(message, article),
  quote: (message, article) => quote(message, article),
  forward: (message, article) => forward(message, article),
  "copy-link": (message) => copy(location.origin + addressOf(message), "link-copied"),
  "copy-text": (message) => copy(plainText(message.html || message.forwarded?.html), "text-copied"),
  save: (message) => save(message),
  unread: (message) => markUnread(message),
  pin: (message) => pin(message, "PUT", "pin-done"),
  unpin: (message) => pin(message, "DELETE", "unpin-done"),
  report: (message) => location.assign(`/moderation/report/message/${message.id}`),
  delete: (message) => askToDelete(message),
};

/** Do what `name` says with the message of an article, if the reader may. */
export function act(name, article) {
  const message = messageOf(article);
  if (!message || !rightsOver(message)[name]) return;
  actions[name](message, article);
}

/** The reader's sign under a message, on or off. */
export function react(message, emoji, on) {
  return orComplain(async () => {
    const payload = { message_id: message.id, emoji, on };
    const path = `/messages/${message.id}/reactions/${encodeURIComponent(emoji)}`;
    const answer = isOnline()
      ? await ask("reaction:set", payload)
      : await request(on ? "PUT" : "DELETE", path);
    learn(answer.message ?? answer);
  });
}

/** The picker and its words are loaded when the first one is opened. */
async function pickReaction(message, article) {
  const { pickEmoji } = await import("./emoji-picker.js");
  const anchor = article.querySelector('.message__tools [data-action="react"]') ?? article;
  pickEmoji(anchor, (emoji) => react(message, emoji, true));
}

/** Open the thread and write in it; where it is open already, only write. */
async function reply(message, article) {
  const here = article.closest("message-thread");
  if (!here) await openSide(addressOf(parentOf(message)), { opener: article });
  document.querySelector("message-thread textarea")?.focus();
}

function parentOf(message) {
  return message.parent_id ? { seq: message.parent_seq } : message;
}

/** The dialog is loaded when the first message is forwarded. */
async function forward(message, article) {
  const { openForward } = await import("./forward.js");
  openForward(addressOf(message), article);
}

/** Put the words where one writes: in the thread if they stand there. A quotation mentions nobody. */
function quote(message, article) {
  const place = article.closest("message-thread") ?? document.querySelector(".conversation__foot");
  const said = message.body || message.forwarded?.body || "";
  const words = withoutMarks(said, "").text || nameOfFiles(message);
  const source = `${message.author.name}, ${momentOf(message.created_at)}`;
  const composer = place?.querySelector("message-composer");
  composer?.insert(quoted(words, source, addressOf(message)));
}

function nameOfFiles({ files = [] }) {
  return files.map(({ name }) => name).join(", ");
}

async function copy(text, said) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (!copyBySelection(text)) return;
  }
  toast(word(said));
}

/** Where a page came without TLS, browsers copy only what is selected. */
function copyBySelection(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const isDone = document.execCommand("copy");
  field.remove();
  return isDone;
}

function markUnread(message) {
  return orComplain(async () => {
    openLog().marker.hold();
    await request("PUT", `/conversations/${openConversation()}/unread_from`, { seq: message.seq });
    tellUnread(openConversation(), message.seq);
    toast(word("marked-unread"));
  });
}

function save(message) {
  const path = `/messages/${message.id}/saved`;
  return orComplain(async () => {
    // Who saves and leaves the page at once must find it saved.
    await request("PUT", path, {}, { keepalive: true });
    markSaved(message.id, true);
    toast(word("saved"), { undo: () => orComplain(() => unsave(message.id)) });
  });
}

async function unsave(id) {
  await request("DELETE", `/messages/${id}/saved`);
  markSaved(id, false);
}

function pin(message, method, said) {
  return orComplain(async () => {
    const answer = await request(method, `/messages/${message.id}/pin`);
    if (answer?.id) learn(answer);
    toast(word(said));
  });
}

function askToDelete(message) {
  confirm("confirm-delete", () =>
    orComplain(async () => {
      const answer = isOnline()
        ? await ask("message:delete", { id: message.id })
        : await request("DELETE", `/messages/${message.id}`);
      learn(answer?.message ?? answer ?? { ...message, deleted: true });
      say(pattern("deleted").textContent);
    }),
  );
}

/** Ask in a dialog of the page; `yes` is called if the person wants it. */
export function confirm(id, yes) {
  const dialog = document.getElementById(id);
  const button = dialog.querySelector("[data-confirm]");
  const chosen = () => {
    dialog.close();
    yes();
  };
  button.addEventListener("click", chosen, { once: true });
  dialog.addEventListener("close", () => button.removeEventListener("click", chosen), {
    once: true,
  });
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const article = event.target.closest?.(".message");
  const button = event.target.closest?.("[data-action], [data-emoji]");
  if (!article || !button || !article.contains(button)) return;
  if (button.dataset.emoji) {
    event.preventDefault();
    const isMine = button.getAttribute("aria-pressed") === "true";
    react(messageOf(article), button.dataset.emoji, !isMine);
    return;
  }
  const { action } = button.dataset;
  const waiting = button.closest("[data-client-id]")?.dataset.clientId;
  if (action === "retry") retry(waiting);
  else if (action === "discard") takeBack(discard(waiting));
  else if (action in actions) {
    event.preventDefault();
    act(action, article);
  }
});

/** What is discarded is not lost: it goes back into an empty box. */
function takeBack(post) {
  const composer = document.querySelector(
    post.parent_id ? "message-thread message-composer" : ".conversation__foot message-composer",
  );
  if (composer?.isEmpty) composer.takeBack(post);
}
