/**
 * How much waits in each conversation. Unread is the distance between the newest place and the
 * place read; "mark unread from here" is a mark of its own beside it.
 */
export class UnreadCounts {
  #places = new Map();

  /** @param {{id: string, last_seq: number, read_seq: number, unread_from?: number|null, muted?: boolean, mentions?: number}[]} places */
  constructor(places = []) {
    for (const place of places) this.learn(place);
  }

  /** Take what the server says of one conversation. */
  learn(place) {
    const known = this.#places.get(place.id) ?? {
      last_seq: 0,
      read_seq: 0,
      unread_from: null,
      muted: false,
      mentions: 0,
    };
    const merged = { ...known };
    for (const [name, value] of Object.entries(place)) {
      if (value !== undefined) merged[name] = value;
    }
    merged.last_seq = Math.max(known.last_seq, merged.last_seq);
    merged.read_seq = Math.max(known.read_seq, merged.read_seq);
    this.#places.set(place.id, merged);
    this.#settle(place.id);
  }

  knows(id) {
    return this.#places.has(id);
  }

  get(id) {
    return this.#places.get(id);
  }

  /** A message is there; `addressed` says that it calls this reader. */
  arrived(id, seq, { addressed = false } = {}) {
    const place = this.#places.get(id);
    if (!place || seq <= place.last_seq) return;
    place.last_seq = seq;
    if (addressed) place.mentions += 1;
  }

  /** One's own posting reads on only where everything before it was read. */
  posted(id, seq) {
    const place = this.#places.get(id);
    if (!place) return;
    if (place.read_seq >= seq - 1) place.read_seq = Math.max(place.read_seq, seq);
    place.last_seq = Math.max(place.last_seq, seq);
  }

  read(id, seq) {
    const place = this.#places.get(id);
    if (!place) return;
    place.read_seq = Math.max(place.read_seq, seq);
    if (place.unread_from && seq >= place.unread_from) place.unread_from = null;
    this.#settle(id);
  }

  markUnread(id, seq) {
    const place = this.#places.get(id);
    if (place) place.unread_from = seq;
  }

  mute(id, muted) {
    const place = this.#places.get(id);
    if (place) place.muted = muted;
  }

  left(id) {
    this.#places.delete(id);
  }

  /** Forget all: a copy of the site was brought back, and numbers may be lower than they were. */
  forget() {
    this.#places.clear();
  }

  /** Forget those that are not among `ids`. */
  keepOnly(ids) {
    const kept = new Set(ids);
    for (const id of this.#places.keys()) if (!kept.has(id)) this.#places.delete(id);
  }

  of(id) {
    const place = this.#places.get(id);
    if (!place) return 0;
    const unread = Math.max(0, place.last_seq - place.read_seq);
    if (!place.unread_from) return unread;
    return Math.max(unread, place.last_seq - place.unread_from + 1);
  }

  mentionsOf(id) {
    return this.#places.get(id)?.mentions ?? 0;
  }

  /** What the rail and the title say: all unread, of muted rooms only what calls this reader. */
  total() {
    let sum = 0;
    for (const [id, place] of this.#places) sum += place.muted ? place.mentions : this.of(id);
    return sum;
  }

  #settle(id) {
    if (this.of(id) === 0) this.#places.get(id).mentions = 0;
  }
}

/** Whether a message calls a reader: by name, by a post they hold, or with everybody. */
export function isAddressed(message, personId, postIds = []) {
  if (message.deleted || message.author?.id === personId) return false;
  return (message.mentions ?? []).some(
    ({ kind, id }) =>
      kind === "channel" ||
      (kind === "person" && id === personId) ||
      (kind === "post" && postIds.includes(id)),
  );
}

/** The page's title with what waits in front of it. */
export function countedTitle(title, total) {
  const plain = title.replace(/^\(\d+\+?\) /, "");
  if (total <= 0) return plain;
  return `(${total > 99 ? "99+" : total}) ${plain}`;
}
