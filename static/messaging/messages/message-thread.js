import { fragment, request } from "../../platform/core/http.js";
import { plural, reader, word } from "../../platform/core/reader.js";
import { announce } from "./announcer.js";
import { feedOf } from "./feed.js";
import { keepCards } from "./link-places.js";
import { handleLogKeys } from "./log-keys.js";
import { LogScroll } from "./log-scroll.js";
import { MessageRows } from "./message-rows.js";
import { drawMessage, markOwnName, messageFrom, rememberFaces } from "./message-view.js";
import { outbox, posting } from "./posting.js";
import { closeSide, openSide } from "./side-column.js";
import { asMessage } from "./waiting-post.js";

const TELL_AFTER_MS = 600;

/** <message-thread data-parent-id …>: a message with its replies, live. */
class MessageThread extends HTMLElement {
  #controller = new AbortController();
  #messages = new Map();
  #timer = null;
  #reported = 0;

  connectedCallback() {
    const { conversationId, focusSeq } = this.dataset;
    this.box = this.querySelector(".thread__log");
    this.list = this.querySelector(".messages");
    rememberFaces(this);
    for (const article of this.querySelectorAll(".message[data-message]")) {
      const message = messageFrom(article);
      this.#messages.set(message.id, message);
    }
    for (const body of this.querySelectorAll(".message__body")) markOwnName(body);
    this.rows = new MessageRows(this.list, { conversationId, prefix: "t" });
    this.rows.adopt(this.#arranged());
    this.scroll = new LogScroll(this.box, () => this.list.children);
    this.#listen(feedOf(conversationId));
    this.#draw();
    this.#tellRead();
    const focused = focusSeq && this.querySelector(`#t-${CSS.escape(focusSeq)}`);
    if (focused) this.scroll.to(focused);
    else this.scroll.toEnd();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }

  get(id) {
    return this.#messages.get(id);
  }

  articles() {
    return [...this.querySelectorAll(".message")];
  }

  /** The reader's last message here, for editing it. */
  lastOwn() {
    const replies = [...this.#messages.values()].sort((a, b) => b.seq - a.seq);
    return replies.find(({ author, deleted }) => !deleted && author?.id === reader.id);
  }

  #listen(feed) {
    const { signal } = this.#controller;
    feed?.addEventListener("heard", ({ detail }) => this.#heard(detail), { signal });
    feed?.addEventListener("reloaded", () => this.#reloaded(), { signal });
    posting.addEventListener("changed", () => this.#draw(), { signal });
    document.addEventListener("visibilitychange", () => this.#tellRead(), { signal });
    this.box.addEventListener("keydown", (event) => handleLogKeys(event, this), { signal });
  }

  #heard({ message, isNew }) {
    const { parentId } = this.dataset;
    const known = this.#messages.get(message.id);
    if (message.id !== parentId && message.parent_id !== parentId && !known) return;
    if (known && known.rev >= message.rev) return;
    // What stands between is not shown here: only one's own answer leads to the end.
    if (!known && this.#hasLater) {
      if (message.author?.id === reader.id) this.#reload();
      return;
    }
    this.#messages.set(message.id, message);
    if (message.id === parentId) this.#drawParent(message);
    else if (isNew && message.author?.id !== reader.id) announce(message);
    else if (!known && message.author?.id === reader.id) this.#drawFollowing();
    this.#draw();
    this.#tellRead();
  }

  /** Say how far the thread is read, once somebody looks at it. */
  #tellRead() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const seq = Math.max(0, ...[...this.#messages.values()].map((message) => message.seq));
      if (seq <= this.#reported || this.#hasLater || document.visibilityState !== "visible") return;
      this.#reported = seq;
      const path = `/messages/${this.dataset.parentId}/following/read`;
      request("PUT", path, { seq }).catch(() => {
        this.#reported = 0;
      });
    }, TELL_AFTER_MS);
  }

  /** Answering a thread follows it: the button that offers to follow is out of date. */
  async #drawFollowing() {
    const old = this.querySelector('.following:has([aria-pressed="false"])');
    if (!old) return;
    const { conversationId, parentSeq } = this.dataset;
    const html = await fragment(`/c/${conversationId}/m/${parentSeq}`).catch(() => "");
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector(".following");
    if (fresh) old.replaceWith(document.adoptNode(fresh));
  }

  #drawParent(message) {
    const old = this.box.querySelector(":scope > .message");
    if (old.querySelector("[data-editing]")) return;
    const { conversationId } = this.dataset;
    const fresh = drawMessage(message, { conversationId, prefix: "t" });
    keepCards(old, fresh);
    old.replaceWith(fresh);
  }

  /** So much happened meanwhile that the thread, too, is asked for again, if it is still there. */
  async #reloaded() {
    try {
      await request("GET", `/messages/${this.dataset.parentId}`);
      this.#reload();
    } catch (refusal) {
      if (refusal.status === 404) this.#end();
    }
  }

  /** The message was lost with a copy that was brought back; what was begun here is gone on with. */
  #end() {
    const composer = this.querySelector("message-composer");
    if (!composer?.isEmpty) mainComposer()?.takeBack(composer.takeOut());
    closeSide();
  }

  #reload() {
    const { conversationId, parentSeq } = this.dataset;
    openSide(`/c/${conversationId}/m/${parentSeq}`, { opener: null, push: false });
  }

  #arranged() {
    const { parentId, conversationId } = this.dataset;
    const replies = [...this.#messages.values()].filter(({ id }) => id !== parentId);
    const caption = this.lastOwn()?.author.caption;
    const waiting = outbox.posts(conversationId).filter((post) => post.parent_id === parentId);
    return [
      ...replies.sort((a, b) => a.seq - b.seq),
      ...waiting.map((post) => asMessage(post, caption)),
    ].map((message) => ({
      kind: "message",
      key: message.id ?? message.client_id,
      message,
      continued: false,
    }));
  }

  #draw() {
    const rows = this.#arranged();
    this.scroll.keep(() => this.rows.draw(rows));
    const rule = this.querySelector(".thread__rule > span");
    const count = Math.max(
      rows.length,
      this.#messages.get(this.dataset.parentId)?.reply_count ?? 0,
    );
    rule.textContent = count ? plural("replies", count) : word("no-replies");
  }

  get #hasLater() {
    return this.querySelector(".thread__log > [data-later]") !== null;
  }
}

function mainComposer() {
  return document.querySelector(".conversation__foot message-composer");
}

customElements.define("message-thread", MessageThread);
