import { listen } from "../core/socket.js";

const SOON_MS = 600;

/** <live-notifications>: the list follows what happens, unless the reader is busy with a row. */
class LiveNotifications extends HTMLElement {
  #stop;
  #timer;

  connectedCallback() {
    this.#stop = listen("notification:created", () => this.#soon());
  }

  disconnectedCallback() {
    this.#stop();
    clearTimeout(this.#timer);
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), SOON_MS);
  }

  async #ask() {
    // A menu that is open, or the focus in a row, must not be taken away: it waits for the next.
    if (this.querySelector("details[open]") || this.contains(document.activeElement)) {
      this.#soon();
      return;
    }
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of [".notifications .page__header", ".notifications__tabs", `#${this.id}`]) {
      const fresh = page.querySelector(part);
      if (fresh) document.querySelector(part).replaceChildren(...fresh.childNodes);
    }
  }
}

customElements.define("live-notifications", LiveNotifications);
