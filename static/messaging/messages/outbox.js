/**
 * What a person wrote that is not known to be stored yet: kept over reloads, sent in order, once.
 *
 * Each post has its own key in the browser's storage, so that two tabs never overwrite each
 * other. Sending a post again is harmless: the server knows it by its `client_id`.
 */
export class Outbox {
  #storage;
  #entries = new Map();

  /** @param {{keys(): string[], read(key: string): any, write(key: string, value: any): void, remove(key: string): void}} storage */
  constructor(storage) {
    this.#storage = storage;
    this.load();
  }

  /** Read again what storage holds: another tab may have added or finished something. */
  load() {
    const kept = new Map();
    for (const key of this.#storage.keys()) {
      if (!key.startsWith("outbox:")) continue;
      const post = this.#storage.read(key);
      if (post?.client_id) kept.set(post.client_id, this.#entries.get(post.client_id) ?? post);
    }
    this.#entries = kept;
  }

  /** The posts of one conversation, or all, in the order in which they were written. */
  posts(conversationId) {
    return [...this.#entries.values()]
      .filter((post) => !conversationId || post.conversation_id === conversationId)
      .sort((a, b) => a.written_at - b.written_at || (a.client_id < b.client_id ? -1 : 1));
  }

  get(clientId) {
    return this.#entries.get(clientId);
  }

  /**
   * Keep a post until it is acknowledged.
   *
   * @param {{client_id: string, conversation_id: string, body: string}} post and what else is sent
   * @param {number} now milliseconds
   */
  add(post, now) {
    const last = this.posts().at(-1)?.written_at ?? 0;
    this.#put({ ...post, written_at: Math.max(now, last + 1), state: "waiting", reason: "" });
  }

  /** The posts that may go now: the first of each conversation that waits, unless one is on its way. */
  due() {
    const first = new Map();
    for (const post of this.posts()) {
      if (post.state === "failed" || first.has(post.conversation_id)) continue;
      first.set(post.conversation_id, post);
    }
    return [...first.values()].filter((post) => post.state === "waiting");
  }

  sending(clientId) {
    this.#change(clientId, { state: "sending" }, false);
  }

  /**
   * It may be stored or not, and sending it again settles that. `reason` is what the server says of
   * a fault or a pause of its own; empty if no answer came.
   */
  unanswered(clientId, reason = "") {
    this.#change(clientId, { state: "waiting", reason }, false);
  }

  /** The server refused it, and says why. */
  refused(clientId, reason) {
    this.#change(clientId, { state: "failed", reason });
  }

  retry(clientId) {
    this.#change(clientId, { state: "waiting", reason: "" });
  }

  /** It is stored by the server, or the person does not want it any more. */
  remove(clientId) {
    this.#entries.delete(clientId);
    this.#storage.remove(`outbox:${clientId}`);
  }

  #change(clientId, change, lasting = true) {
    const post = this.#entries.get(clientId);
    if (!post) return;
    if (lasting) this.#put({ ...post, ...change });
    else this.#entries.set(clientId, { ...post, ...change });
  }

  #put(post) {
    this.#entries.set(post.client_id, post);
    this.#storage.write(`outbox:${post.client_id}`, post);
  }
}
