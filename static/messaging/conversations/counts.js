/**
 * What waits in each conversation, for the list, the rail and the title. The list on the page says
 * where one stands; a page without it asks for the list once something happens.
 */
import { fragment } from "../../platform/core/http.js";
import { reader, word } from "../../platform/core/reader.js";
import { listen, signedOut } from "../../platform/core/socket.js";
import { countedTitle, isAddressed, UnreadCounts } from "./unread-counts.js";

const PAUSE_MS = 500;

export const counts = new UnreadCounts();
/** Tells `changed` when a number may be another, `list` when the list itself must be drawn anew. */
export const changes = new EventTarget();
let hasList = false;
let timer = null;
let hellos = 0;
let epoch = "";

/** Read where one stands from a list of conversations. */
export function learnFrom(list) {
  enter((list.querySelector("conversation-list") ?? list).dataset.epoch);
  const links = [...list.querySelectorAll("[data-conversation-id][data-last-seq]")];
  for (const { dataset } of links) {
    counts.learn({
      id: dataset.conversationId,
      last_seq: Number(dataset.lastSeq),
      read_seq: Number(dataset.readSeq),
      unread_from: Number(dataset.unreadFrom) || null,
      muted: dataset.muted === "true",
      mentions: Number(dataset.mentions),
    });
  }
  counts.keepOnly(links.map(({ dataset }) => dataset.conversationId));
  hasList = true;
  changed();
}

/** This page has read so far: shown at once, before the server answers. */
export function tellRead(id, seq) {
  counts.read(id, seq);
  changed();
}

export function tellUnread(id, seq) {
  counts.markUnread(id, seq);
  changed();
}

/** Ask for the list as it is now. */
export function refreshList() {
  if (timer !== null) return;
  timer = setTimeout(async () => {
    timer = null;
    try {
      const parsed = new DOMParser().parseFromString(await fragment("/messages"), "text/html");
      learnFrom(parsed);
      changes.dispatchEvent(new CustomEvent("list", { detail: parsed }));
    } catch (refusal) {
      if (refusal.status === 401) signedOut();
    }
  }, PAUSE_MS);
}

export function startCounting() {
  listen("hello", ({ epoch: now, conversations }) => {
    hellos += 1;
    enter(now);
    if (hellos > 1 || conversations.some(({ id }) => hasList && !counts.knows(id))) refreshList();
    const somethingWaits = conversations.some((place) => place.last_seq > place.read_seq);
    if (!hasList && (somethingWaits || isShown())) refreshList();
    if (!hasList) return;
    for (const { muted, ...place } of conversations) {
      counts.learn(muted === null ? place : { ...place, muted });
    }
    changed();
  });
  listen("message:posted", ({ conversation_id: id, message }) => {
    if (!hasList) {
      refreshList();
      return;
    }
    if (message.author?.id === reader.id) counts.posted(id, message.seq);
    else
      counts.arrived(id, message.seq, {
        addressed: isAddressed(message, reader.id, reader.postIds),
      });
    changed();
  });
  listen("read:marked", ({ conversation_id: id, read_seq: seq, unread_from: from }) => {
    counts.read(id, seq);
    if (from) counts.markUnread(id, from);
    if (hasList) changed();
    else refreshList();
  });
  listen("own:changed", () => hasList && refreshList());
  listen("conversation:joined", refreshList);
  listen("conversation:left", ({ conversation_id: id }) => {
    counts.left(id);
    changed();
    refreshList();
  });
}

/** Put a number, and the words that explain it, into a badge made by the macro `count`. */
export function drawCount(badge, number, words) {
  const hidden = document.createElement("span");
  hidden.className = "visually-hidden";
  hidden.textContent = ` ${words}`;
  badge.replaceChildren(number < 100 ? String(number) : "99+", hidden);
  badge.hidden = number === 0;
}

/** Whether this page came with a number, which may be of before what waited was read. */
function isShown() {
  return document.querySelector("unread-total .count:not([hidden])") !== null;
}

/** Numbers of another epoch are not compared with those of this one. */
function enter(now) {
  if (epoch && now !== epoch) counts.forget();
  epoch = now;
}

function changed() {
  if (hasList) document.title = countedTitle(document.title, counts.total());
  changes.dispatchEvent(new CustomEvent("changed"));
}

/** <unread-total>: what the rail says beside "Messages". */
class UnreadTotal extends HTMLElement {
  #draw = () => hasList && drawCount(this.firstElementChild, counts.total(), word("unread"));

  connectedCallback() {
    changes.addEventListener("changed", this.#draw);
    this.#draw();
  }

  disconnectedCallback() {
    changes.removeEventListener("changed", this.#draw);
  }
}

customElements.define("unread-total", UnreadTotal);
