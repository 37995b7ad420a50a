import { request } from "../../platform/core/http.js";
import { ask, isOnline } from "../../platform/core/socket.js";
import { tellRead } from "../conversations/counts.js";

const PAUSE_MS = 400;

/** Tells the server how far a log has been read: what was seen by somebody who looks. */
export class ReadMarker {
  #log;
  #told;
  #stored;
  #timer = null;
  #isHeld = false;

  constructor(log) {
    this.#log = log;
    this.#told = Number(log.dataset.readSeq) || 0;
    // Opening a conversation takes back "mark unread from here", once something of it is seen.
    if (log.dataset.unreadFrom)
      this.#told = Math.min(this.#told, Number(log.dataset.unreadFrom) - 1);
    this.#stored = this.#told;
  }

  /** The page goes, and takes with it what was told and not answered: it is told once more. */
  leave() {
    if (this.#isHeld || this.#told <= this.#stored) return;
    this.#store(this.#told, { keepalive: true }).catch(() => {});
  }

  /** After "mark unread from here" nothing is marked read until one comes back. */
  hold() {
    this.#isHeld = true;
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** What was told of places that are others now counts for nothing. */
  beginAnew() {
    this.#told = 0;
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
    if (this.#isHeld || seq <= this.#told || !document.hasFocus()) return;
    this.#told = seq;
    const id = this.#log.dataset.conversationId;
    tellRead(id, seq);
    try {
      if (isOnline()) await ask("read:mark", { conversation_id: id, ...this.#place(seq) });
      else await this.#store(seq);
      this.#stored = Math.max(this.#stored, seq);
    } catch {
      this.#told = seq - 1;
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
