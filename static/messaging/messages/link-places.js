/**
 * Room for the cards of our own pages to which a message links (templates/messaging/messages/_cards.html).
 * What they say depends on who reads: it is asked for apart, and without an answer the room goes.
 */

const OWN = /^\/(?:p|[a-z]+s|c)\/[0-9a-f-]{36}(?:\/m\/\d+)?\/?$/;
const CARDS_PER_MESSAGE = 3;

/** The paths of our own pages in a body, each once, no more than are shown. */
export function ownPaths(body) {
  const links = [...body.querySelectorAll("a[href]:not(.mention, blockquote a)")];
  const own = links.filter(({ host, pathname }) => host === location.host && OWN.test(pathname));
  return [...new Set(own.map(({ pathname }) => pathname))].slice(0, CARDS_PER_MESSAGE);
}

/** Keep room under a message that links to our pages, and have it filled. */
export function reserveCards(article) {
  const body = article.querySelector(".message__body");
  const paths = ownPaths(body);
  if (!paths.length) return;
  const room = document.createElement("div");
  room.className = "message__files message__cards";
  for (const path of paths) {
    const place = document.createElement("div");
    place.className = "file-card link-card";
    place.dataset.path = path;
    room.append(place);
  }
  const before = [
    ".message__files",
    ".message__edited",
    ".message__plain",
    ".message__carried",
    ".message__body",
  ];
  before
    .map((part) => article.querySelector(part))
    .find(Boolean)
    .after(room);
  import("./link-cards.js").then((cards) => cards.fillCards(room));
}

/** What was shown to this reader stays while the text is the same. */
export function keepCards(old, fresh) {
  const [before, now] = [old, fresh].map((article) => article.querySelector(".message__body"));
  const place = fresh.querySelector(".message__cards");
  if (!place || before?.innerHTML !== now?.innerHTML) return;
  const kept = old.querySelector(".message__cards");
  if (kept) place.replaceWith(kept);
  else place.remove();
}
