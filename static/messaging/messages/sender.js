/**
 * Sends what waits in an outbox: in order within a conversation, again after each return of the
 * connection, and never past a post whose fate is unknown.
 */
const REFUSALS = new Set([400, 403, 404, 409, 413, 422]);
const PAUSE_MS = 3_000;

export class Sender {
  #outbox;
  #send;
  #wait;
  #notify;
  #isFlushing = false;
  #isAskedAgain = false;

  /**
   * @param {object} outbox
   * @param {object} means
   * @param {(post: object) => Promise<object>} means.send resolves to the server's answer,
   *   `{message, unreached?, unreached_posts?}`; rejects with an error that carries `status` where
   *   the server answered
   * @param {(ms: number) => Promise<void>} means.wait
   * @param {(kind: string, post?: object, answer?: object) => void} means.notify `kind` is
   *   "changed", "stored" or "signed-out"
   */
  constructor(outbox, { send, wait, notify }) {
    this.#outbox = outbox;
    this.#send = send;
    this.#wait = wait;
    this.#notify = notify;
  }

  /** Try everything that waits. Resolves when nothing more can be sent now. */
  async flush() {
    this.#isAskedAgain = true;
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    try {
      await this.#rounds();
    } finally {
      this.#isFlushing = false;
    }
  }

  /** Round after round, but a post that got no answer only again when somebody asks. */
  async #rounds() {
    const unanswered = new Set();
    for (;;) {
      if (this.#isAskedAgain) unanswered.clear();
      this.#isAskedAgain = false;
      const posts = this.#outbox.due().filter(({ client_id }) => !unanswered.has(client_id));
      if (!posts.length) return;
      const outcomes = await Promise.all(posts.map((post) => this.#one(post)));
      outcomes.forEach((outcome, index) => {
        if (outcome === "unanswered") unanswered.add(posts[index].client_id);
      });
    }
  }

  async #one(post) {
    this.#outbox.sending(post.client_id);
    this.#notify("changed", post);
    try {
      const answer = await this.#send(post);
      this.#outbox.remove(post.client_id);
      this.#notify("stored", post, answer);
      return "stored";
    } catch (error) {
      return this.#failed(post, error);
    }
  }

  async #failed(post, error) {
    if (REFUSALS.has(error.status)) {
      this.#outbox.refused(post.client_id, error.message);
      this.#notify("changed", post);
      return "refused";
    }
    const isServersOwn = error.status >= 500;
    this.#outbox.unanswered(post.client_id, isServersOwn ? error.message : "");
    this.#notify(error.status === 401 ? "signed-out" : "changed", post);
    if (error.status !== 429 && !isServersOwn) return "unanswered";
    await this.#wait(error.retryAfter ? error.retryAfter * 1000 : PAUSE_MS);
    return "again";
  }
}
