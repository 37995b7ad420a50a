import { request } from "../../platform/core/http.js";
import { ask, isOnline } from "../../platform/core/socket.js";
import { tellRead } from "../conversations/counts.js";

const PAUSE_MS = 400;

/** Reports to the server how far a log has been read: what a focused page has on the screen. */
export class ReadMarker {
  #log;
  #reported;
  #stored;
  #timer = null;
  #isHeld = false;

  constructor(log) {
    this.#log = log;
    this.#reported = Number(log.dataset.readSeq) || 0;
    // Opening a conversation takes back "mark unread from here", once something of it is seen.
    if (log.dataset.unreadFrom)
      this.#reported = Math.min(this.#reported, Number(log.dataset.unreadFrom) - 1);
    this.#stored = this.#reported;
  }

  /** On leaving the page, send once more what was not acknowledged. */
  leave() {
    if (this.#isHeld || this.#reported <= this.#stored) return;
    this.#store(this.#reported, { keepalive: true }).catch(() => {});
  }

  /** After "mark unread from here" nothing is marked read until one comes back. */
  hold() {
    this.#isHeld = true;
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** After a restore, forget the reported positions. */
  beginAnew() {
    this.#reported = 0;
    this.#stored = 0;
  }

  look() {
    if (this.#timer || this.#isHeld || document.visibilityState !== "visible") return;
    if (!this.#log.isOnScreen) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#mark();
    }, PAUSE_MS);
  }

  async #mark() {
    const seq = this.#seen();
    if (this.#isHeld || seq <= this.#reported || !document.hasFocus()) return;
    this.#reported = seq;
    const id = this.#log.dataset.conversationId;
    tellRead(id, seq);
    try {
      if (isOnline()) await ask("read:mark", { conversation_id: id, ...this.#place(seq) });
      else await this.#store(seq);
      this.#stored = Math.max(this.#stored, seq);
    } catch {
      this.#reported = seq - 1;
    }
  }

  #store(seq, options) {
    const id = this.#log.dataset.conversationId;
    return request("PUT", `/conversations/${id}/read`, this.#place(seq), options);
  }

  #place(seq) {
    return { seq, epoch: this.#log.feed.epoch };
  }

  #seen() {
    const { store } = this.#log.feed;
    if (this.#log.wasAtEnd) return store.high;
    let row = this.#log.scroll.lastSeen();
    while (row && !row.querySelector("[data-seq]")?.dataset.seq) row = row.previousElementSibling;
    return Number(row?.querySelector("[data-seq]").dataset.seq ?? 0);
  }
}
