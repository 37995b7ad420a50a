import { listen } from "../../platform/core/socket.js";

const SOON_MS = 600;

/** <live-notifications>: the list follows what happens, unless the reader is busy with a row. */
class LiveNotifications extends HTMLElement {
  #stop;
  #timer;
  #isOwed = false;

  connectedCallback() {
    this.#stop = listen("notification:created", () => this.#soon());
    this.addEventListener("focusout", () => this.#isOwed && this.#soon());
    // The event of a menu that opens or closes does not bubble.
    this.addEventListener("toggle", () => this.#isOwed && this.#soon(), true);
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
    // A menu that is open, or a row with the focus, must not be taken away: it waits till then.
    this.#isOwed =
      Boolean(this.querySelector("details[open]")) || this.contains(document.activeElement);
    if (this.#isOwed) return;
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
