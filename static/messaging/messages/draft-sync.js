/** Keeps what is begun on the site too, so that it is on every device of the person. */

import { request } from "../../platform/core/http.js";
import { drafts } from "../conversations/kept-drafts.js";

const PAUSE_MS = 1500;

/** The draft of one composer, told to the site a moment after the last key. */
export class DraftSync {
  #place;
  #stored;
  #body;
  #timer = null;
  #telling = Promise.resolve();

  /** @param {{conversationId: string, parentId?: string, stored: string}} place `stored` is what the site has. */
  constructor({ conversationId, parentId, stored }) {
    this.#place = { conversationId, parentId };
    this.#stored = stored;
    this.#body = stored;
  }

  /** What is written now; an empty text is told at once. */
  write(body) {
    this.#body = body;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), body ? PAUSE_MS : 0);
  }

  /** Tell the site now. Offline nothing is lost: the next page with this draft tells it. */
  flush(options) {
    clearTimeout(this.#timer);
    // One after the other, as nothing may overtake: words that are on their way while they are
    // sent as a message would else stay a draft. A page that goes cannot wait for that.
    this.#telling = options ? this.#tell(options) : this.#telling.then(() => this.#tell());
    return this.#telling;
  }

  async #tell(options) {
    const body = this.#body;
    const { conversationId, parentId } = this.#place;
    try {
      const sent = parentId ? { body, parent_id: parentId } : { body };
      if (body !== this.#stored) {
        this.#stored = null; // until it is answered, nobody knows what the site has
        await request("PUT", `/conversations/${conversationId}/draft`, sent, options);
      }
      this.#stored = body;
      if (!body && drafts.goneAt(conversationId, parentId)) drafts.forget(conversationId, parentId);
    } catch {
      // It is kept in this browser, and told with the next key or page.
    }
  }
}
