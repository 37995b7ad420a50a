/**
 * What was begun and not sent, by conversation and thread, kept over reloads and restarts. The site
 * keeps it too (`draft-sync.js`): `at` says which of both is newer, and what was emptied here stays
 * as `isGone` until the site has forgotten it as well.
 */
export class Drafts {
  #storage;

  /** @param {{read(key: string): any, write(key: string, value: any): void, remove(key: string): void}} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  /** @returns {{body: string, mentions: object[], files: object[], at?: number}|null} */
  get(conversationId, parentId = "") {
    const draft = this.#storage.read(key(conversationId, parentId)) ?? null;
    return draft?.isGone ? null : draft;
  }

  /** When it was emptied here without the site knowing of it yet; 0 where it was not. */
  goneAt(conversationId, parentId = "") {
    const draft = this.#storage.read(key(conversationId, parentId));
    return draft?.isGone ? draft.at : 0;
  }

  /** Keep it; an empty one is forgotten, or remembered as gone where the site has it too. */
  set(conversationId, parentId, draft, { isStored = false, now = Date.now() } = {}) {
    const name = key(conversationId, parentId);
    const isEmpty = !draft.body?.trim() && !draft.files?.length;
    if (!isEmpty) this.#storage.write(name, { ...draft, at: now });
    else if (isStored) this.#storage.write(name, { isGone: true, at: now });
    else this.#storage.remove(name);
  }

  /** The site has forgotten what was emptied here. */
  forget(conversationId, parentId) {
    this.#storage.remove(key(conversationId, parentId));
  }

  /** Ids of the conversations in which something was begun. */
  conversationIds() {
    const names = this.#storage.keys().filter((name) => name.startsWith("draft:"));
    const begun = names.filter((name) => !this.#storage.read(name)?.isGone);
    return [...new Set(begun.map((name) => name.split(":")[1]))];
  }
}

function key(conversationId, parentId) {
  return parentId ? `draft:${conversationId}:${parentId}` : `draft:${conversationId}`;
}
