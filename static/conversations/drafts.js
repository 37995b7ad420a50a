/** What was begun and not sent, by conversation and thread, kept over reloads and restarts. */
export class Drafts {
  #storage;

  /** @param {{read(key: string): any, write(key: string, value: any): void, remove(key: string): void}} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  /** @returns {{body: string, mentions: object[], files: object[]}|null} */
  get(conversationId, parentId = "") {
    return this.#storage.read(key(conversationId, parentId)) ?? null;
  }

  /** Keep it; an empty one is forgotten. */
  set(conversationId, parentId, draft) {
    const isEmpty = !draft.body?.trim() && !draft.files?.length;
    if (isEmpty) this.#storage.remove(key(conversationId, parentId));
    else this.#storage.write(key(conversationId, parentId), draft);
  }

  /** Ids of the conversations in which something was begun. */
  conversationIds() {
    const ids = this.#storage.keys().filter((name) => name.startsWith("draft:"));
    return [...new Set(ids.map((name) => name.split(":")[1]))];
  }
}

function key(conversationId, parentId) {
  return parentId ? `draft:${conversationId}:${parentId}` : `draft:${conversationId}`;
}
