/** Polls in the flow of a conversation: drawn where a message leads to one, answered in place. */
import { fragment } from "../core/http.js";
import { elementOf } from "./composing-styles.js";
import { orComplain } from "./notices.js";

/** Draw the card of a poll below the body that leads to it. */
export async function drawPoll(body, id) {
  const html = await fragment(`/polls/${id}/card`).catch(() => "");
  if (html && !body.parentElement?.querySelector(".poll-card")) body.after(elementOf(html));
}

/** Draw anew what is shown of a poll; what the reader is choosing stays. */
export async function refreshPoll(id) {
  for (const card of document.querySelectorAll(`.poll-card[data-poll="${CSS.escape(id)}"]`)) {
    const html = await fragment(`/polls/${id}/card`).catch(() => "");
    if (!html) continue;
    const chosen = [...card.querySelectorAll("input:checked")].map((input) => input.id);
    const fresh = elementOf(html);
    card.replaceWith(fresh);
    for (const one of chosen) {
      const input = fresh.querySelector(`#${CSS.escape(one)}`);
      if (input) input.checked = true;
    }
  }
}

/** @param {HTMLFormElement} form of a card */
export async function vote(form) {
  const { poll } = form.closest(".poll-card").dataset;
  await orComplain(async () => {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { "HX-Request": "true" },
      body: new URLSearchParams(new FormData(form)),
    });
    const card = elementOf(await answer.text());
    if (card.matches(".poll-card")) form.closest(".poll-card").replaceWith(card);
    else await refreshPoll(poll);
  });
}
