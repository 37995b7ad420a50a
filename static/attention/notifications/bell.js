import { listen } from "../../platform/core/socket.js";

const SOON_MS = 400;

/** <notification-bell>: rings when there is something new, and asks how much. */
class NotificationBell extends HTMLElement {
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
    const headers = { "HX-Request": "true" };
    const answer = await fetch("/notifications/count", { headers }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    this.replaceChildren(...page.querySelector("notification-bell").childNodes);
  }
}

customElements.define("notification-bell", NotificationBell);
