/** What is looked at before a text is sent: emoji by their codes, and whom typed mentions mean. */
import { csrfToken, Refusal } from "../../platform/core/http.js";
import { elementOf } from "./composing-styles.js";
import { withEmoji } from "./shortcodes.js";

/**
 * @param {string} text as in the box
 * @param {string} marked the same with the mentions that were chosen
 * @param {string} conversationId
 * @returns {Promise<{text: string, mentions: object[]}|null>} null: the writer goes on writing
 */
export async function prepare(text, marked, conversationId) {
  const named = hasTyped(marked) ? await asked(marked, conversationId) : [];
  if (!named) return null;
  let after = text;
  for (const { typed, text: name } of named) {
    after = after.replaceAll(signOf(typed), (_, before) => `${before}@${name}`);
  }
  return { text: await withEmoji(after), mentions: named };
}

/** Whether a text may hold what `prepare` changes: without it, nothing is loaded. */
export function hasTyped(marked) {
  return /(^|[^\p{L}\p{N}_.@/])@\p{L}/u.test(marked);
}

function signOf(typed) {
  const words = typed.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(^|[^\\p{L}\\p{N}_.@/])@${words}(?![\\p{L}\\p{N}_])`, "gu");
}

/** Those whom typed mentions mean; null if the writer, asked, goes on writing. */
async function asked(body, conversationId) {
  const found = elementOf(await post(`/c/${conversationId}/addressed`, body));
  const sure = JSON.parse(found.dataset.linked);
  const dialog = found.querySelector("dialog");
  if (!dialog) return sure;
  const chosen = await answerOf(dialog);
  return chosen && [...sure, ...chosen];
}

function answerOf(dialog) {
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector("input:checked")?.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "send" ? chosenIn(dialog) : null);
      dialog.remove();
    });
  });
}

function chosenIn(dialog) {
  return [...dialog.querySelectorAll("[data-typed]")].flatMap((question) => {
    const one = question.querySelector("input:checked");
    if (!one?.value) return [];
    const { kind, text } = one.dataset;
    return [{ typed: question.dataset.typed, kind, id: one.value, text }];
  });
}

async function post(address, body) {
  const headers = { "HX-Request": "true", "X-CSRF-Token": csrfToken() };
  const answer = await fetch(address, {
    method: "POST",
    headers,
    body: new URLSearchParams({ body }),
  }).catch(() => null);
  if (!answer?.ok || answer.redirected) throw new Refusal("", { status: answer?.status ?? 0 });
  return answer.text();
}
