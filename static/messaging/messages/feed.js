/**
 * Keeps the store of the open conversation right, whatever the connection does. Dispatches
 * `changed`, `heard` (with `{message, isNew}`), `reloaded`, `gone` and `restored`: the site was
 * restored from a backup, and what was shown may never have been posted.
 */
import { Refusal, request } from "../../platform/core/http.js";
import { ask, isOnline, listen, signedOut, watchState } from "../../platform/core/socket.js";
import { CatchUp } from "./catch-up.js";
import { MessageStore } from "./message-store.js";
import { posting } from "./posting.js";

const PAGE = 50;
const feeds = new Map();

/** The feed of a conversation, once its log is on the page. */
export function feedOf(conversationId) {
  return feeds.get(conversationId);
}

export class Feed extends EventTarget {
  #path;
  #catchUp;
  #stops = [];
  #isLoading = false;
  #held = null;

  /** @param {{epoch: string, rev: number, lastSeq: number, messages: object[]}} page what the server rendered */
  constructor(conversationId, page) {
    super();
    this.conversationId = conversationId;
    /** The epoch of what is shown: `seq` and `rev` mean nothing in another. */
    this.epoch = page.epoch;
    this.store = new MessageStore(page);
    this.#path = `/conversations/${conversationId}/messages`;
    this.#catchUp = new CatchUp(this.store, {
      ask: (rev) => this.#changesSince(rev),
      reload: () => this.#reload(),
      changed: () => this.#changed(),
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
  }

  start() {
    feeds.set(this.conversationId, this);
    const stored = (event) => this.#stored(event.detail);
    posting.addEventListener("stored", stored);
    this.#stops = [
      listen("message:posted", (event) => this.#hear(event, true)),
      listen("message:changed", (event) => this.#hear(event, false)),
      listen("hello", (hello) => this.#reach(hello)),
      watchState((state) => state === "online" && this.#watch()),
      () => posting.removeEventListener("stored", stored),
    ];
  }

  stop() {
    for (const stop of this.#stops) stop();
    feeds.delete(this.conversationId);
    if (isOnline()) ask("conversation:unwatch", this.#named()).catch(() => {});
  }

  /** Load what stands above. Resolves to whether there was something. */
  loadOlder() {
    if (!this.store.hasOlder) return false;
    return this.#load(async () => {
      const page = await this.#get(`before_seq=${this.store.low}&epoch=${this.epoch}`);
      if (page.reset) await this.#beginAnew();
      else this.store.older(page.items);
    });
  }

  /** Load what stands below, where the newest is not shown. */
  loadNewer() {
    if (this.store.follows) return false;
    return this.#load(async () => {
      const page = await this.#get(`after_seq=${this.store.high}&epoch=${this.epoch}`);
      if (page.reset) await this.#beginAnew();
      else this.store.newer(page.items, page.last_seq);
    });
  }

  /** Drop what is shown and load the last page. */
  async loadLatest() {
    this.#reset(await this.#get(""));
  }

  /** Drop what is shown and load what stands around a place. */
  async loadAround(seq) {
    this.#reset(await this.#get(`around_seq=${seq}`));
  }

  /** Take a state of a message that came as an answer to an own action. */
  learn(message) {
    if (this.#held) return; // it comes as a push too
    this.store.acknowledged(message);
    this.#changed();
    this.dispatchEvent(new CustomEvent("heard", { detail: { message, isNew: false } }));
  }

  async #reload() {
    await this.loadLatest();
    this.dispatchEvent(new CustomEvent("reloaded"));
  }

  #hear(event, isNew) {
    const { conversation_id, rev, message } = event;
    if (conversation_id !== this.conversationId) return;
    if (this.#held) {
      this.#held.push([event, isNew]);
      return;
    }
    const isUnknown = isNew && message.seq > this.store.lastSeq;
    this.store.hear({ rev, message });
    this.#changed();
    this.dispatchEvent(new CustomEvent("heard", { detail: { message, isNew: isUnknown } }));
    this.#quietly(this.#catchUp.gapSeen());
  }

  #stored({ post, message }) {
    if (post.conversation_id === this.conversationId) this.learn(message);
  }

  #reach({ epoch, conversations }) {
    const place = conversations.find(({ id }) => id === this.conversationId);
    if (epoch !== this.epoch) this.#quietly(this.#beginAnew());
    else this.#quietly(place ? this.#catchUp.reach(place.rev) : this.#catchUp.run());
  }

  /** Keep showing the old messages until the last page has loaded; queue events until then. */
  async #beginAnew() {
    if (this.#held) return;
    this.#held = [];
    try {
      await this.#reload();
    } catch (refusal) {
      this.store.reset({ rev: 0, lastSeq: 0, messages: [] });
      this.#changed();
      throw refusal;
    } finally {
      const heard = this.#held;
      this.#held = null;
      for (const [event, isNew] of heard) this.#hear(event, isNew);
    }
  }

  #watch() {
    const watched = ask("conversation:watch", this.#named());
    this.#quietly(watched.then(() => this.dispatchEvent(new Event("watched"))));
  }

  async #changesSince(rev, to) {
    const known = [{ id: this.conversationId, rev, to }];
    const asked = { epoch: this.epoch, conversations: known };
    const { conversations } = await ask("conversation:sync", asked);
    const [page] = conversations;
    if (page.gone) throw new Refusal("", { status: 404 });
    this.#announceHeard(page.messages);
    return page;
  }

  #announceHeard(messages) {
    for (const message of messages) {
      const isNew = message.seq > this.store.lastSeq;
      this.dispatchEvent(new CustomEvent("heard", { detail: { message, isNew } }));
    }
  }

  #reset({ items, rev, last_seq, epoch }) {
    const isRestored = epoch !== this.epoch;
    this.epoch = epoch;
    this.store.reset({ rev, lastSeq: last_seq, messages: items });
    this.#changed();
    if (isRestored) this.dispatchEvent(new CustomEvent("restored"));
  }

  #get(query, limit = PAGE) {
    return request("GET", `${this.#path}?limit=${limit}${query && `&${query}`}`);
  }

  async #load(work) {
    if (this.#isLoading) return false;
    this.#isLoading = true;
    try {
      await work();
      this.#changed();
      return true;
    } catch (refusal) {
      this.#refused(refusal);
      return false;
    } finally {
      this.#isLoading = false;
    }
  }

  /** What fails without having been asked for by a person is tried again by itself later. */
  #quietly(promise) {
    promise.catch((refusal) => this.#refused(refusal));
  }

  #refused(refusal) {
    if (refusal.status === 404) this.dispatchEvent(new CustomEvent("gone"));
    else if (refusal.status === 401) signedOut();
    else if (refusal.status === undefined) throw refusal;
  }

  #named() {
    return { conversation_id: this.conversationId };
  }

  #changed() {
    this.dispatchEvent(new CustomEvent("changed"));
  }
}
