import { placed } from "./placing.js";

const PHONE = "(width <= 760px)";
const ITEMS = "a[href], button:not(:disabled)";
const MOVES = {
  ArrowDown: (at, last) => (at === last ? 0 : at + 1),
  ArrowUp: (at, last) => (at <= 0 ? last : at - 1),
  Home: () => 0,
  End: (_at, last) => last,
};

/**
 * <pop-menu><details class="menu">…</details></pop-menu>: the panel stands above everything, and
 * arrows, Home and End move in it, Esc closes it, Tab leaves it. Without script it is <details>.
 * With `data-sheet` its stylesheet places it on a phone. What `data-src` names takes the place of
 * what is in the panel when it first opens.
 */
class PopMenu extends HTMLElement {
  #life;

  connectedCallback() {
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.details = this.querySelector("details");
    this.panel = this.querySelector(".menu__panel");
    this.summary = this.querySelector("summary");
    this.panel.popover = "manual";
    this.details.addEventListener("toggle", () => this.#draw(), { signal });
    this.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.panel.addEventListener("click", (event) => this.#chosen(event), { signal });
    document.addEventListener("pointerdown", (event) => this.#elsewhere(event), { signal });
    for (const change of ["resize", "scroll"]) {
      window.addEventListener(change, () => this.close(), { signal });
    }
  }

  disconnectedCallback() {
    this.#life.abort();
  }

  close({ focus = false } = {}) {
    if (!this.details.open) return;
    this.details.open = false;
    if (focus) this.summary.focus();
  }

  #draw() {
    if (!this.details.open) {
      this.panel.hidePopover();
      return;
    }
    this.panel.showPopover();
    this.#place();
    if (this.dataset.src) this.#load();
  }

  async #load() {
    const { fragment } = await import("./http.js");
    const html = await fragment(this.dataset.src).catch(() => "");
    if (!html) return; // what is there leads on as well
    delete this.dataset.src;
    const parsed = new DOMParser().parseFromString(html, "text/html");
    const hadFocus = this.panel.contains(document.activeElement);
    this.panel.replaceChildren(...parsed.body.childNodes);
    if (this.details.open) this.#place();
    if (hadFocus) this.#move(MOVES.Home);
  }

  #place() {
    this.panel.style.removeProperty("max-block-size");
    if ("sheet" in this.dataset && matchMedia(PHONE).matches) {
      this.panel.removeAttribute("style");
      return;
    }
    const { width, height } = this.panel.getBoundingClientRect();
    const align = this.details.classList.contains("menu--start") ? "start" : "end";
    const view = { width: window.innerWidth, height: window.innerHeight };
    const at = placed(this.summary.getBoundingClientRect(), { width, height }, view, { align });
    this.panel.style.left = `${at.left}px`;
    this.panel.style.top = `${at.top}px`;
    this.panel.style.maxBlockSize = `${at.height}px`;
  }

  #key(event) {
    if (event.key === "Escape" && this.details.open) {
      event.stopPropagation();
      this.close({ focus: true });
    } else if (event.key === "Tab" && this.panel.contains(event.target)) {
      this.close({ focus: true });
    } else if (event.key in MOVES) {
      event.preventDefault();
      this.details.open = true;
      // The panel shows in the next task, when <details> says that it is open.
      setTimeout(() => this.#move(MOVES[event.key]));
    }
  }

  #move(move) {
    const items = [...this.panel.querySelectorAll(ITEMS)].filter((item) => item.checkVisibility());
    items[move(items.indexOf(document.activeElement), items.length - 1)]?.focus();
  }

  #chosen(event) {
    if (!event.target.closest(ITEMS) || event.target.closest("theme-choice")) return;
    // Chosen by key: what opens now gives the focus back to where it was, and that is not hidden.
    this.close({ focus: event.detail === 0 });
  }

  #elsewhere(event) {
    if (!this.contains(event.target)) this.close();
  }
}

customElements.define("pop-menu", PopMenu);
