/** Polls in the flow of a conversation: drawn where a message leads to one, answered in place. */
import { fragment } from "../../platform/core/http.js";
import { elementOf } from "./composing-styles.js";
import { orComplain } from "./notices.js";
import { PollPace } from "./poll-pace.js";

const pace = new PollPace();
const comingIntoView = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    comingIntoView.unobserve(target);
    if (target.isConnected) redraw(target);
  }
});

/** Draw the card of a poll below the body that leads to it. */
export async function drawPoll(body, id) {
  const html = await fragment(`/polls/${id}/card`).catch(() => "");
  if (html && !body.parentElement?.querySelector(".poll-card")) body.after(elementOf(html));
}

/** Others voted: the cards in view ask anew in a while, the others once they come into view. */
export function pollChanged(id) {
  pace.changed(id, () => {
    for (const card of cardsOf(id)) comingIntoView.observe(card);
  });
}

function cardsOf(id) {
  return document.querySelectorAll(`.poll-card[data-poll="${CSS.escape(id)}"]`);
}

/** Draw anew what is shown of a poll; what the reader is choosing stays. */
async function redraw(card) {
  const html = await fragment(`/polls/${card.dataset.poll}/card`).catch(() => "");
  if (!html) return;
  const chosen = [...card.querySelectorAll("input:checked")].map((input) => input.id);
  const fresh = elementOf(html);
  card.replaceWith(fresh);
  for (const one of chosen) {
    const input = fresh.querySelector(`#${CSS.escape(one)}`);
    if (input) input.checked = true;
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
    else await Promise.all([...cardsOf(poll)].map(redraw));
  });
}
