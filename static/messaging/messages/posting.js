/**
 * The page's one outbox and its sender: whatever page is open, what waits is sent.
 *
 * Dispatches on `posting`: `changed` (a post waits, fails, goes away) and `stored` with
 * `{post, message, unreached, missed}`.
 */
import { newId, Refusal, request } from "../../platform/core/http.js";
import { reader, word } from "../../platform/core/reader.js";
import { ask, isOnline, listen, signedOut } from "../../platform/core/socket.js";
import { PersonalStorage } from "../../platform/core/storage.js";
import { Outbox } from "./outbox.js";
import { Sender } from "./sender.js";

const TRY_AGAIN_EVERY_MS = 15_000;

export const storage = new PersonalStorage(reader.id);
export const posting = new EventTarget();
export const outbox = new Outbox(storage);

const sender = new Sender(outbox, {
  send,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  notify(kind, post, answer) {
    if (kind === "signed-out") signedOut();
    const { message, unreached, unreached_posts: missed } = answer ?? {};
    const detail = { post, message, unreached, missed };
    posting.dispatchEvent(new CustomEvent(kind === "stored" ? "stored" : "changed", { detail }));
  },
});

/** Keep a post and send it as soon as it can be. Returns its `client_id`. */
export function post(message) {
  const clientId = newId();
  outbox.add({ client_id: clientId, ...message }, Date.now());
  changed();
  flush();
  return clientId;
}

export function retry(clientId) {
  outbox.retry(clientId);
  changed();
  flush();
}

/** Give up a post. Returns it, so that its text can be taken up again. */
export function discard(clientId) {
  const given = outbox.get(clientId);
  outbox.remove(clientId);
  changed();
  return given;
}

/** Send what waits; in one tab at a time, if the browser has locks. */
export function flush() {
  if (!outbox.due().length) return;
  if (!navigator.locks) {
    sender.flush();
    return;
  }
  navigator.locks.request(`outbox:${reader.id}`, () => {
    outbox.load();
    return sender.flush();
  });
}

/** Begin to send, at once and whenever the connection returns. */
export function startPosting() {
  listen("hello", flush);
  setInterval(flush, TRY_AGAIN_EVERY_MS);
  addEventListener("storage", (event) => {
    if (!storage.owns(event.key)) return;
    outbox.load();
    changed();
  });
  flush();
}

async function send(post) {
  const { client_id, conversation_id, body, parent_id, file_ids, post_id } = post;
  const payload = { client_id, conversation_id, body, file_ids: file_ids ?? [] };
  if (parent_id) payload.parent_id = parent_id;
  if (post_id) payload.post_id = post_id;
  if (isOnline()) return withReason(ask("message:post", payload));
  const answer = request("POST", `/conversations/${conversation_id}/messages`, payload);
  const stored = await withReason(answer);
  return stored.message ? stored : { message: stored };
}

/** A refusal that says nothing is given the general sentence. */
async function withReason(answer) {
  try {
    return await answer;
  } catch (refusal) {
    if (refusal.message || !refusal.status) throw refusal;
    throw new Refusal(word("no-answer"), refusal);
  }
}

function changed() {
  posting.dispatchEvent(new CustomEvent("changed", { detail: {} }));
}
