/** Who is typing: forgotten a little after the last sign of it. Time is passed in. */
const FORGOTTEN_AFTER_MS = 6_000;
const SAY_AGAIN_AFTER_MS = 3_000;

export class TypingPeople {
  #heardAt = new Map();

  heard(personId, now) {
    this.#heardAt.set(personId, now);
  }

  /** Their message is there. */
  stopped(personId) {
    this.#heardAt.delete(personId);
  }

  /** Ids of those who type now, who began first coming first. */
  now(now) {
    for (const [id, at] of this.#heardAt) {
      if (now - at >= FORGOTTEN_AFTER_MS) this.#heardAt.delete(id);
    }
    return [...this.#heardAt.keys()];
  }
}

/** Says when one's own typing is worth telling again. */
export class OwnTyping {
  #toldAt = Number.NEGATIVE_INFINITY;

  isWorthTelling(now) {
    if (now - this.#toldAt < SAY_AGAIN_AFTER_MS) return false;
    this.#toldAt = now;
    return true;
  }

  sent() {
    this.#toldAt = Number.NEGATIVE_INFINITY;
  }
}
