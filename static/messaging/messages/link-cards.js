/** Fills the room for cards: all that a page wants at one moment with one request. */
import { fragment } from "../../platform/core/http.js";

const CARDS_PER_REQUEST = 100;
let waiting = [];

export function fillCards(room) {
  if (!waiting.length) queueMicrotask(ask);
  waiting.push(...room.querySelectorAll("[data-path]"));
}

/** Let a link lead to where its text was written if the reader may go there. */
export async function openWay(link, address) {
  const path = await fragment(address).catch(() => "");
  if (path) link.href = path;
}

async function ask() {
  const places = waiting;
  waiting = [];
  const paths = [...new Set(places.map(({ dataset }) => dataset.path))];
  const cards = new Map();
  for (let first = 0; first < paths.length; first += CARDS_PER_REQUEST) {
    const some = paths.slice(first, first + CARDS_PER_REQUEST);
    const query = new URLSearchParams(some.map((path) => ["a", path]));
    const html = await fragment(`/cards?${query}`).catch(() => "");
    const parsed = new DOMParser().parseFromString(html, "text/html");
    for (const card of parsed.querySelectorAll(".link-card")) {
      cards.set(card.getAttribute("href"), card);
    }
  }
  for (const place of places) {
    const card = cards.get(place.dataset.path.replace(/\/$/, ""))?.cloneNode(true);
    const room = place.parentElement;
    if (card) place.replaceWith(document.importNode(card, true));
    else place.remove();
    if (room && !room.childElementCount) room.remove();
  }
}
