import { fragment } from "./http.js";
import { listen } from "./socket.js";

const SPREAD_MS = 3_000;

/** <read-only-time>: says that nothing can be written, also on a page that has long been open. */
class ReadOnlyTime extends HTMLElement {
  #stops = [];
  #timer;

  connectedCallback() {
    this.#stops = [
      listen("service:changed", () => this.#soon()),
      // The server that comes back may have moved, and would not tell that the time is over.
      listen("hello", () => this.childElementCount && this.#soon()),
    ];
  }

  disconnectedCallback() {
    for (const stop of this.#stops) stop();
    clearTimeout(this.#timer);
  }

  /** Not all open pages at once. */
  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), Math.random() * SPREAD_MS);
  }

  async #ask() {
    const text = await fragment("/read-only").catch(() => null);
    if (text === null) return;
    const page = new DOMParser().parseFromString(text, "text/html");
    this.replaceChildren(...page.querySelector("read-only-time").childNodes);
  }
}

customElements.define("read-only-time", ReadOnlyTime);
