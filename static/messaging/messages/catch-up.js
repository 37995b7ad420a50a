/**
 * Fetches what a store lacks: after a gap that does not close by itself, and after each absence.
 *
 * A push may overtake another by a little, so a gap waits 200 to 400 ms, at random, before it is
 * asked about.
 */
const PATIENCE_MS = 200;

export class CatchUp {
  #store;
  #ask;
  #reload;
  #changed;
  #wait;
  #random;
  #waiting = false;
  #running = null;

  /**
   * @param {object} store the MessageStore to fill
   * @param {object} means
   * @param {(rev: number, to?: number) => Promise<{rev: number, complete: boolean, messages: object[], reset?: boolean}>} means.ask
   *   rejects where the conversation is no longer to be read
   * @param {() => Promise<void>} means.reload drops what is shown and loads the last page
   * @param {() => void} means.changed called after each page taken
   * @param {(ms: number) => Promise<void>} means.wait
   * @param {() => number} [means.random]
   */
  constructor(store, { ask, reload, changed, wait, random = Math.random }) {
    this.#store = store;
    this.#ask = ask;
    this.#reload = reload;
    this.#changed = changed;
    this.#wait = wait;
    this.#random = random;
  }

  /** To be called after each push: asks only if the gap is still there after the wait. */
  async gapSeen() {
    if (this.#waiting || !this.#store.hasGap) return;
    this.#waiting = true;
    await this.#wait(PATIENCE_MS * (1 + this.#random()));
    this.#waiting = false;
    await this.#runTo(this.#store.heard);
  }

  /** Learn that the conversation stands at `rev` now; fetch what lies between. */
  async reach(rev) {
    if (rev <= this.#store.rev && !this.#store.hasGap) return;
    if (this.#store.isFarBehind(rev)) await this.#reload();
    else await this.#runTo(Math.max(rev, this.#store.heard));
  }

  /**
   * Ask, page by page, until nothing is missing up to a revision; without one, nothing at all.
   * Calls while it runs share its end.
   */
  run(to) {
    this.#running ??= this.#pages(to).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** What comes later is pushed. One that shares the end of another may have to ask again. */
  async #runTo(to) {
    let before;
    do {
      before = this.#store.rev;
      if (before < to) await this.run(to);
    } while (before < this.#store.rev && this.#store.rev < to);
  }

  async #pages(to) {
    let page;
    do {
      const before = this.#store.rev;
      page = await this.#ask(before, to);
      if (page.reset) return this.#reload();
      this.#store.caughtUp(page);
      this.#changed();
      if (!page.complete && page.rev <= before) throw new Error("The answer does not advance.");
    } while (!page.complete);
  }
}
