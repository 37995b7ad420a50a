/** Keeps the rows of a list of messages equal to what `arrange` gives, touching only what differs. */
import { plural, sayDay } from "../../platform/core/reader.js";
import { keepCards } from "./link-places.js";
import { drawMessage, drawRemoved, pattern, signatureOf } from "./message-view.js";

export class MessageRows {
  #list;
  #how;
  #rows = new Map();
  #folded = new Map();

  /**
   * @param {HTMLOListElement} list
   * @param {{conversationId: string, prefix?: "m"|"t"}} how messages are drawn
   */
  constructor(list, how) {
    this.#list = list;
    this.#how = how;
  }

  /** Take over what the server drew; `rows` are those that would be drawn now. */
  adopt(rows) {
    const drawn = new Map([...this.#list.children].map((item) => [item.dataset.key, item]));
    this.#fold(rows);
    for (const row of rows) {
      const item = drawn.get(row.key);
      if (item) this.#rows.set(row.key, { item, signature: sign(row) });
    }
  }

  get size() {
    return this.#rows.size;
  }

  /** The row of a message, or the line it is folded into, by its id. */
  get(id) {
    return this.#rows.get(this.#folded.get(id) ?? id)?.item;
  }

  /** Draw what is new or differs, move nothing that stays, take away what is gone. */
  draw(rows) {
    this.#fold(rows);
    const kept = new Set(rows.map(({ key }) => key));
    for (const [key, { item }] of this.#rows) {
      if (kept.has(key)) continue;
      item.remove();
      this.#rows.delete(key);
    }
    let place = this.#list.firstElementChild;
    for (const row of rows) {
      const item = this.#upToDate(row);
      if (item === place) place = place.nextElementSibling;
      else this.#list.insertBefore(item, place);
    }
    while (place) {
      const next = place.nextElementSibling;
      place.remove();
      place = next;
    }
  }

  #upToDate(row) {
    const signature = sign(row);
    const known = this.#rows.get(row.key);
    if (known?.signature === signature) return known.item;
    if (known) {
      this.#refresh(known.item, row);
      known.signature = signature;
      return known.item;
    }
    const item = this.#drawn(row);
    this.#rows.set(row.key, { item, signature });
    return item;
  }

  #drawn(row) {
    if (row.kind === "message" || row.kind === "removed") {
      const item = document.createElement("li");
      item.dataset.key = row.key;
      item.append(this.#message(row));
      return item;
    }
    const item = pattern(row.kind === "day" ? "day" : "new-line");
    item.dataset.key = row.key;
    fill(item, row);
    return item;
  }

  /** Draw a message anew in its row; the focus stays on the same control of it. */
  #refresh(item, row) {
    if (row.kind === "day" || row.kind === "new") {
      fill(item, row);
      return;
    }
    const old = item.querySelector(".message");
    if (old.querySelector("[data-editing]")) return;
    const focused = placeOfFocus(old);
    const fresh = this.#message(row);
    if (old.classList.contains("message--target")) fresh.classList.add("message--target");
    keepMissed(old, fresh);
    keepCards(old, fresh);
    old.replaceWith(fresh);
    if (focused !== null)
      (focused && fresh.querySelector(focused) ? fresh.querySelector(focused) : fresh).focus();
  }

  #message({ message, messages, continued }) {
    if (messages) return drawRemoved(messages);
    return drawMessage(message, { ...this.#how, continued });
  }

  #fold(rows) {
    const folds = rows.filter(({ messages }) => messages);
    this.#folded = new Map(
      folds.flatMap(({ key, messages }) => messages.map(({ id }) => [id, key])),
    );
  }
}

function sign(row) {
  if (row.kind === "message") return signatureOf(row);
  if (row.kind === "removed") return row.messages.map(({ rev }) => rev).join();
  return row.kind === "new" ? String(row.count) : row.date;
}

function fill(item, row) {
  if (row.kind === "new") {
    item.querySelector("span").textContent = plural("new", row.count);
    return;
  }
  const time = item.querySelector("time");
  time.dateTime = row.date;
  time.textContent = sayDay(row.date);
}

/** How to find what has the focus in a message again: null where nothing has. */
function placeOfFocus(article) {
  const focused = document.activeElement;
  if (!article.contains(focused)) return null;
  if (focused.dataset?.emoji) return `[data-emoji="${CSS.escape(focused.dataset.emoji)}"]`;
  return "";
}

/** The server alone knows which posts cannot read a text: while it is the same, that stands. */
function keepMissed(old, fresh) {
  const [before, now] = [old, fresh].map((article) => article.querySelector(".message__body"));
  if (before?.innerHTML === now?.innerHTML) now?.after(...old.querySelectorAll("[data-missed]"));
}
