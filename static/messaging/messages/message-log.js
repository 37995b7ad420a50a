import { reader } from "../../platform/core/reader.js";
import { onLeaving } from "../conversations/leaving.js";
import { isAddressed } from "../conversations/unread-counts.js";
import { announce } from "./announcer.js";
import { arrange } from "./arrange.js";
import { Feed } from "./feed.js";
import { handleLogKeys } from "./log-keys.js";
import { LogScroll } from "./log-scroll.js";
import { MessageRows } from "./message-rows.js";
import { markOwnName, messagesFrom, rememberFaces, rememberSaved } from "./message-view.js";
import { NewLine } from "./new-line.js";
import { outbox, posting } from "./posting.js";
import { ReadMarker } from "./read-marker.js";
import { openSide } from "./side-column.js";
import { asMessage } from "./waiting-post.js";

const SHOWN_MOST = 240;
const SHOWN_AFTER_LOADING = 160;
const NEAR_AN_END = 1.5;
const FRUITLESS_MOST = 6;

/**
 * <message-log data-conversation-id data-rev data-last-seq …>: the messages of a conversation. It
 * takes over what the server drew, follows what happens, loads what is above and below, and keeps
 * the place of who reads.
 */
class MessageLog extends HTMLElement {
  #stops = [];
  #isDue = false;
  #hasBegun = false;
  #fruitless = 0;

  connectedCallback() {
    const { conversationId, epoch } = this.dataset;
    this.box = this.querySelector(".conversation__log");
    this.list = this.querySelector(".messages");
    rememberFaces(this);
    rememberSaved(this.dataset.saved.split(" "));
    const articles = [...this.list.querySelectorAll(".message[data-seq]")];
    const replies = JSON.parse(this.querySelector("[data-replies]")?.dataset.replies ?? "[]");
    const messages = [...articles.flatMap(messagesFrom), ...replies].sort((a, b) => a.seq - b.seq);
    const [rev, lastSeq] = [Number(this.dataset.rev), Number(this.dataset.lastSeq)];
    this.feed = new Feed(conversationId, { epoch, rev, lastSeq, messages });
    this.newLine = new NewLine(Number(this.dataset.firstUnread), Number(this.dataset.unreadCount));
    this.rows = new MessageRows(this.list, { conversationId });
    this.rows.adopt(this.#arranged());
    for (const body of this.list.querySelectorAll(".message__body")) markOwnName(body);
    this.scroll = new LogScroll(this.box, () => this.list.children);
    this.marker = new ReadMarker(this);
    this.#listen();
    this.feed.start();
    this.#draw();
    this.#begin();
  }

  disconnectedCallback() {
    this.feed.stop();
    for (const stop of this.#stops) stop();
  }

  /** Go to a message, loading what stands around it if need be. */
  async show(seq, { focus = true, mark = true } = {}) {
    if (!this.feed.store.at(seq)) await this.feed.loadAround(seq);
    this.#draw();
    const message = this.feed.store.at(seq);
    if (message?.parent_id) openSide(`/c/${this.dataset.conversationId}/m/${seq}`);
    const article = message && this.rows.get(message.id)?.querySelector(".message");
    if (!article) return;
    this.scroll.to(article);
    if (mark) this.#target(article);
    if (focus) article.focus({ preventScroll: true });
  }

  async toLatest() {
    if (!this.feed.store.follows) await this.feed.loadLatest();
    this.#draw();
    this.scroll.toEnd();
    this.#scrolled();
  }

  get isOnScreen() {
    const { top, bottom } = this.box.getBoundingClientRect();
    return top < innerHeight && bottom > 0;
  }

  /** The messages one can walk through. */
  articles() {
    return [...this.list.querySelectorAll(".message")];
  }

  #listen() {
    const { signal, abort } = cancellation();
    const on = (target, name, fn) => target.addEventListener(name, fn, { signal });
    on(this.feed, "changed", () => this.#drawSoon());
    on(this.feed, "heard", ({ detail }) => this.#heard(detail));
    on(this.feed, "restored", () => this.#restored());
    on(this.feed, "watched", () => this.toggleAttribute("data-watched", true));
    on(this.feed, "gone", () => onLeaving(this.dataset.conversationId));
    on(posting, "changed", () => this.#drawSoon());
    on(posting, "stored", ({ detail }) => this.#stored(detail.post));
    on(this.box, "scroll", () => this.#scrolled());
    // Of a log that stands below a text, what is not on the screen is not read.
    document.addEventListener("scroll", () => this.marker.look(), { signal, capture: true });
    on(this.box, "keydown", (event) => handleLogKeys(event, this));
    on(document, "visibilitychange", () => this.#seen());
    on(window, "pagehide", () => this.marker.leave());
    on(window, "focus", () => this.#seen());
    on(window, "hashchange", () => this.#toHash());
    on(this.querySelector(".jump--latest"), "click", () => this.#toArrived());
    on(this.querySelector(".jump--new"), "click", (event) => this.#toNew(event));
    const sizes = new ResizeObserver(() => this.#holdsEnd && this.scroll.toEnd());
    sizes.observe(this.box);
    sizes.observe(this.list);
    this.#stops = [abort, () => sizes.disconnect()];
  }

  /** Where the page opens: at the message of its address, at what is new, else at the end. */
  #begin() {
    const target = Number(this.dataset.targetSeq) || seqOf(location.hash);
    const line = this.list.querySelector(".new-line");
    if (target && this.feed.store.at(target)) this.show(target, { focus: false });
    else if (line) this.scroll.to(line);
    else this.scroll.toEnd();
    this.#hasBegun = true;
    this.#scrolled();
  }

  /** The end was on the screen when the browser told of it last, and still is. */
  get #holdsEnd() {
    return this.wasAtEnd && !this.scroll.hasGoneUp;
  }

  #arranged() {
    const { store } = this.feed;
    const waiting = store.follows ? outbox.posts(this.dataset.conversationId) : [];
    const caption = store.lastOf(reader.id)?.author.caption;
    const own = waiting.filter(({ parent_id: parent }) => !parent);
    const mains = store.shown().filter(({ parent_id: parent }) => !parent);
    return arrange([...mains, ...own.map((post) => asMessage(post, caption))], {
      zone: reader.zone,
      firstNew: this.newLine.seq,
      newCount: this.newLine.count,
    });
  }

  #drawSoon() {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.#draw();
    });
  }

  #draw() {
    const { store } = this.feed;
    const stick = this.#holdsEnd;
    if (stick && store.follows) store.dropOldest(SHOWN_MOST);
    this.scroll.keep(
      () => {
        this.rows.draw(this.#arranged());
        this.#drawEnds();
      },
      { stick },
    );
    this.#scrolled();
  }

  /** What stands above the first message and below the last. */
  #drawEnds() {
    const { hasOlder, follows, low } = this.feed.store;
    const hide = (selector, isHidden) =>
      this.querySelector(selector)?.toggleAttribute("hidden", isHidden);
    hide(".conversation__start", hasOlder);
    hide(".conversation__older:not([data-later])", !hasOlder);
    hide(".conversation__older[data-later]", follows);
    const older = this.querySelector(".conversation__older:not([data-later])");
    older?.setAttribute("href", `/c/${this.dataset.conversationId}?before_seq=${low}`);
  }

  #heard({ message, isNew }) {
    const isOther = message.author && message.author.id !== reader.id;
    if (!isNew || !isOther || message.parent_id) return;
    announce(message);
    const isSeen = this.#isWatched();
    this.newLine.arrived(message.seq, { isSeen });
    if (!isSeen) this.#arrived(message);
  }

  /** The places that were shown and read are not those of now. */
  #restored() {
    this.newLine.answered();
    this.arrivals?.clear();
    this.marker.beginAnew();
    this.#draw();
    this.scroll.toEnd();
    this.#scrolled();
  }

  #stored(post) {
    if (post.conversation_id !== this.dataset.conversationId || post.parent_id) return;
    this.newLine.answered();
  }

  /** Somebody looks at the end of the log. */
  #isWatched() {
    return document.visibilityState === "visible" && document.hasFocus() && this.#holdsEnd;
  }

  #seen() {
    if (document.visibilityState === "hidden") this.newLine.left(this.feed.store.lastSeq);
    this.marker.look();
    this.#drawSoon();
  }

  #scrolled() {
    if (!this.#hasBegun) return;
    const { store } = this.feed;
    this.wasAtEnd = store.follows && this.scroll.isAtEnd;
    this.scroll.remember();
    const { above, below } = this.scroll.distances;
    if (above < NEAR_AN_END && store.hasOlder && this.#fruitless < FRUITLESS_MOST)
      this.#loadOlder();
    if (below < NEAR_AN_END && !store.follows) this.#loadNewer();
    this.#drawJumps(below);
    this.marker.look();
  }

  /** Where thousands were removed nothing comes to be seen: after some pages the link goes on. */
  async #loadOlder() {
    const { size } = this.rows;
    if (!(await this.feed.loadOlder())) return;
    this.feed.store.dropNewest(SHOWN_AFTER_LOADING + SHOWN_MOST);
    this.#draw();
    this.#fruitless = this.rows.size === size ? this.#fruitless + 1 : 0;
  }

  async #loadNewer() {
    if (!(await this.feed.loadNewer())) return;
    this.scroll.keep(() => {
      this.feed.store.dropOldest(SHOWN_AFTER_LOADING);
      this.rows.draw(this.#arranged());
      this.#drawEnds();
    });
    this.#scrolled();
  }

  #drawJumps(below) {
    const line = this.list.querySelector(".new-line");
    const isBehind = Boolean(line) && this.scroll.isAbove(line) && !this.newLine.wasSeen;
    if (line && this.scroll.isSeen(line)) this.newLine.wasSeen = true;
    this.querySelector(".jump--new").hidden = !isBehind;
    const first = this.rows.get(this.arrivals?.id);
    if (this.wasAtEnd || (first && this.scroll.isSeen(first))) this.arrivals?.clear();
    const hasArrived = this.arrivals?.draw(this.querySelector(".jump--latest"));
    this.querySelector(".jump--latest").hidden =
      !hasArrived && this.feed.store.follows && below < 0.7;
  }

  /** What counts them is loaded with the first. */
  async #arrived(message) {
    const { Arrivals } = await import("./arrivals.js");
    this.arrivals ??= new Arrivals();
    this.arrivals.add(message, isAddressed(message, reader.id, reader.postIds));
    this.#scrolled();
  }

  #toArrived() {
    const seq = this.arrivals?.seq;
    return seq ? this.show(seq, { mark: false }) : this.toLatest();
  }

  async #toNew(event) {
    event.preventDefault();
    await this.show(this.newLine.seq, { mark: false });
    this.newLine.wasSeen = true;
    this.#scrolled();
  }

  #toHash() {
    const seq = seqOf(location.hash);
    if (seq) this.show(seq);
  }

  #target(article) {
    for (const other of this.list.querySelectorAll(".message--target")) {
      other.classList.remove("message--target");
    }
    article.classList.add("message--target");
  }
}

function seqOf(hash) {
  return Number(hash.match(/^#m-(\d+)$/)?.[1] ?? 0);
}

function cancellation() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

customElements.define("message-log", MessageLog);
