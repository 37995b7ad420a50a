/**
 * <search-box> around the search: while one types, operators and values are offered (an ARIA
 * combobox); the arrows go through them, or down into what is found and up again; Escape leads back
 * to the field. htmx asks for what is found.
 */
import { fragment } from "../../platform/core/http.js";

const PAUSE_MS = 120;

class SearchBox extends HTMLElement {
  #timer = null;
  #asked = 0;

  connectedCallback() {
    this.field = this.querySelector("[role=combobox]");
    this.list = this.querySelector("[data-suggestions]");
    this.addEventListener("input", this);
    this.addEventListener("keydown", this);
    this.addEventListener("focusout", this);
    this.list.addEventListener("pointerdown", this);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  handleEvent(event) {
    if (event.type === "input" && event.target === this.field) this.#typed();
    if (event.type === "keydown") this.#pressed(event);
    if (event.type === "pointerdown") this.#pointed(event);
    if (event.type === "focusout" && event.target === this.field) this.#close();
  }

  #typed() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), PAUSE_MS);
  }

  async #ask() {
    const mine = ++this.#asked;
    const typed = this.field.value.slice(0, this.field.selectionEnd);
    const address = `${this.list.dataset.suggestions}?q=${encodeURIComponent(typed)}`;
    const html = await fragment(address).catch(() => "");
    if (mine !== this.#asked || document.activeElement !== this.field) return;
    const parsed = new DOMParser().parseFromString(`<ul>${html}</ul>`, "text/html");
    this.list.replaceChildren(...parsed.body.firstChild.children);
    this.#show(this.list.children.length > 0);
  }

  #show(isOpen) {
    this.list.hidden = !isOpen;
    this.field.setAttribute("aria-expanded", String(isOpen));
    this.field.removeAttribute("aria-activedescendant");
  }

  #close() {
    this.#asked += 1;
    clearTimeout(this.#timer);
    this.list.replaceChildren();
    this.#show(false);
  }

  #pressed(event) {
    if (event.key === "Escape") {
      if (event.target === this.field && this.list.hidden) return;
      event.preventDefault();
      this.#close();
      this.field.focus();
      return;
    }
    if (event.key === "Enter" && event.target === this.field) {
      const chosen = this.#chosen();
      if (chosen) {
        event.preventDefault();
        this.#take(chosen);
      } else this.#close();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const by = event.key === "ArrowDown" ? 1 : -1;
    if (event.target === this.field && !this.list.hidden) this.#choose(by);
    else if (!this.#walk(event.target, by)) return;
    event.preventDefault();
  }

  #pointed(event) {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    event.preventDefault();
    this.#take(option);
  }

  #chosen() {
    return this.list.querySelector('[aria-selected="true"]');
  }

  #choose(by) {
    const all = [...this.list.children];
    const chosen = this.#chosen();
    const at = chosen ? all.indexOf(chosen) + by : by > 0 ? 0 : all.length - 1;
    chosen?.setAttribute("aria-selected", "false");
    const next = all[(at + all.length) % all.length];
    next.setAttribute("aria-selected", "true");
    next.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", next.id);
  }

  #take(option) {
    const rest = this.field.value.slice(this.field.selectionEnd);
    const { completed } = option.dataset;
    this.field.value = completed + rest.trimStart();
    this.field.setSelectionRange(completed.length, completed.length);
    this.#close();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** From the field to the first of what is found, from there to the next, and back. */
  #walk(from, by) {
    const places = [this.field, ...this.querySelectorAll("[data-result]")];
    const at = places.indexOf(from);
    const next = places[at + by];
    if (at < 0 || !next) return false;
    next.focus();
    return true;
  }
}

customElements.define("search-box", SearchBox);
