/** When the card of a poll asks anew: many screens hear of a vote at the same moment. */

const SPREAD_MS = 2_000;
const BETWEEN_MS = 10_000;

export class PollPace {
  #waiting = new Set();
  #lastAt = new Map();

  /** Takes the clock, a timer and chance, so that a test can have its own. */
  constructor({
    now = () => performance.now(),
    later = (does, ms) => setTimeout(does, ms),
    random = Math.random,
  } = {}) {
    Object.assign(this, { now, later, random });
  }

  /** Ask anew soon: each screen after another while, and not again before ten seconds. */
  changed(id, ask) {
    if (this.#waiting.has(id)) return;
    this.#waiting.add(id);
    const since = this.now() - (this.#lastAt.get(id) ?? -BETWEEN_MS);
    const wait = Math.max(0, BETWEEN_MS - since) + this.random() * SPREAD_MS;
    this.later(() => {
      this.#waiting.delete(id);
      this.#lastAt.set(id, this.now());
      ask(id);
    }, wait);
  }
}
