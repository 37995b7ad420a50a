/** From what is on the page to the message it shows, and what the reader may do with it. */
import { reader } from "../../platform/core/reader.js";
import { feedOf } from "./feed.js";

const EDIT_WITHIN_MS = 24 * 3600 * 1000;

export function openConversation() {
  return document.querySelector(":is(.conversation, .discussion)[data-conversation-id]")?.dataset
    .conversationId;
}

export function openLog() {
  return document.querySelector("message-log");
}

export function openThread() {
  return document.querySelector("message-thread");
}

/** The message that an article shows, as it is known now. */
export function messageOf(article) {
  const id = article.dataset.messageId;
  const known = openThread()?.get(id) ?? feedOf(openConversation())?.store.get(id);
  return known ?? JSON.parse(article.dataset.message ?? "null");
}

/** Take a new state of a message, from the answer to one's own action. */
export function learn(message) {
  feedOf(openConversation())?.learn(message);
}

/** What the reader may do with a message: the same rules as the server's, which has the last word. */
export function rightsOver(message, now = Date.now()) {
  const may = new Set((openLog()?.dataset.may ?? "").split(" "));
  const isMine = message.author?.id === reader.id;
  const stands = !message.deleted && !message.state;
  return {
    react: stands && may.has("reply"),
    thread: stands,
    quote: stands && may.has("post"),
    edit: stands && isMine && now - Date.parse(message.created_at) < EDIT_WITHIN_MS,
    delete: stands && (isMine || may.has("delete_any")),
    pin: stands && may.has("pin") && !message.pinned,
    unpin: stands && may.has("pin") && message.pinned,
    versions: stands && Boolean(message.edited_at),
    report: stands && !isMine,
    unread: stands && openLog()?.dataset.member === "true",
    save: stands,
    forward: stands && !message.forwarded?.withdrawn,
    "copy-link": stands,
    "copy-text": stands,
  };
}
