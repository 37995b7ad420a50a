/**
 * The messages of one conversation that this page knows, and the stretch of them that it shows.
 *
 * Two counters come from the server: `seq` is a message's place, contiguous and never given
 * twice; `rev` counts every durable change of the conversation. The stretch `low`…`high` has no
 * holes: a message that comes before the previous one waits until that one is there.
 */
export const FAR_BEHIND = 500;

export class MessageStore {
  #byId = new Map();
  #bySeq = new Map();
  #ahead = new Set();

  /**
   * @param {{rev: number, lastSeq: number, messages: object[]}} page what the server rendered
   */
  constructor(page) {
    this.reset(page);
  }

  /** Forget all and begin with this page of messages, ascending and without holes. */
  reset({ rev, lastSeq, messages }) {
    this.#byId.clear();
    this.#bySeq.clear();
    this.#ahead.clear();
    this.rev = rev;
    this.lastSeq = lastSeq;
    this.low = messages.length ? messages[0].seq : lastSeq + 1;
    this.high = messages.length ? messages.at(-1).seq : lastSeq;
    /** Whether the stretch reaches to the newest message, so that the next one belongs to it. */
    this.follows = this.high >= lastSeq;
    for (const message of messages) this.#keep(message);
  }

  get(id) {
    return this.#byId.get(id);
  }

  at(seq) {
    return this.#bySeq.get(seq);
  }

  get hasOlder() {
    return this.low > 1;
  }

  /** Whether changes are missing between what was heard and what is known. */
  get hasGap() {
    return this.#ahead.size > 0;
  }

  /** The highest revision that is known or was heard. */
  get heard() {
    return Math.max(this.rev, ...this.#ahead);
  }

  /** The messages to show, in order. */
  shown() {
    const messages = [];
    for (let seq = this.low; seq <= this.high; seq++) messages.push(this.#bySeq.get(seq));
    return messages;
  }

  /** The newest message of this author outside threads that is shown and not deleted. */
  lastOf(authorId) {
    for (let seq = this.high; seq >= this.low; seq--) {
      const message = this.#bySeq.get(seq);
      if (message.parent_id || message.deleted) continue;
      if (message.author?.id === authorId) return message;
    }
    return undefined;
  }

  /** Whether a revision is so far away that loading the last page costs less than catching up. */
  isFarBehind(rev) {
    return rev - this.rev > FAR_BEHIND;
  }

  /** Take a push. */
  hear({ rev, message }) {
    this.#take(message);
    if (rev > this.rev) this.#ahead.add(rev);
    this.#closeRanks();
    this.#extend();
  }

  /** Take one's own message as it was acknowledged: stored, and perhaps not pushed yet. */
  acknowledged(message) {
    this.#take(message);
    this.#extend();
  }

  /** Take a page of changes: everything up to `rev` is known after it. */
  caughtUp({ rev, messages }) {
    for (const message of messages) this.#take(message);
    this.rev = Math.max(this.rev, rev);
    for (const heard of this.#ahead) if (heard <= this.rev) this.#ahead.delete(heard);
    this.#closeRanks();
    this.#extend();
  }

  /** Take messages that stand right above the stretch, ascending. */
  older(messages) {
    for (const message of messages) this.#keep(message);
    while (this.#bySeq.has(this.low - 1)) this.low--;
  }

  /** Take messages that stand right below the stretch, ascending. */
  newer(messages, lastSeq = this.lastSeq) {
    for (const message of messages) this.#keep(message);
    this.lastSeq = Math.max(this.lastSeq, lastSeq);
    this.#extend();
    this.follows = this.high >= this.lastSeq;
  }

  /**
   * Show at most `limit` messages by letting go of the oldest. Those that retention removed are not
   * counted: thousands may be one line.
   */
  dropOldest(limit) {
    const first = this.#reach(this.high, -1, limit);
    while (this.low < first) this.#forget(this.low++);
  }

  /** Show at most `limit` messages by letting go of the newest, counted in the same way. */
  dropNewest(limit) {
    const last = this.#reach(this.low, 1, limit);
    if (this.high <= last) return;
    for (const seq of [...this.#bySeq.keys()]) if (seq > last) this.#forget(seq);
    this.high = last;
    this.follows = false;
  }

  /** The last place of `limit` messages from one on, in a direction. */
  #reach(seq, step, limit) {
    let [place, left] = [seq, limit];
    while (this.#bySeq.has(place)) {
      if (!this.#bySeq.get(place).expired) left--;
      if (left < 0) break;
      place += step;
    }
    return place - step;
  }

  #take(message) {
    this.lastSeq = Math.max(this.lastSeq, message.seq);
    const belongs = message.seq >= this.low && (this.follows || message.seq <= this.high);
    if (belongs) this.#keep(message);
  }

  #extend() {
    while (this.#bySeq.has(this.high + 1)) this.high++;
  }

  #closeRanks() {
    while (this.#ahead.delete(this.rev + 1)) this.rev++;
  }

  /** Keep the newer of two states of a message; a deleted one keeps nothing of what it said. */
  #keep(message) {
    const known = this.#byId.get(message.id);
    if (known && known.rev >= message.rev) return;
    this.#byId.set(message.id, message);
    this.#bySeq.set(message.seq, message);
  }

  #forget(seq) {
    const message = this.#bySeq.get(seq);
    this.#bySeq.delete(seq);
    if (message) this.#byId.delete(message.id);
  }
}
