/**
 * <directory-finder> around the search of the directory: from the field the arrows go down into
 * what is found and up again, Enter opens, Escape leads back to the field. htmx asks as one types.
 */
class DirectoryFinder extends HTMLElement {
  #off = null;

  connectedCallback() {
    this.#off = new AbortController();
    const { signal } = this.#off;
    this.addEventListener("keydown", (event) => this.#press(event), { signal });
  }

  disconnectedCallback() {
    this.#off.abort();
  }

  get #field() {
    return this.querySelector("input[type=search]");
  }

  #press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.target.closest("dialog")) return; // Escape closes it, and its list is its own
    if (event.key === "Escape" && event.target.closest("#found")) {
      this.#field.focus();
      event.preventDefault();
      return;
    }
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && this.#step(event.target, by)) event.preventDefault();
  }

  /** Go one result on; above the first is the field. */
  #step(from, by) {
    const results = [...this.querySelectorAll("[data-result]")];
    const at = results.indexOf(from);
    if (at < 0 && !(from === this.#field && by > 0)) return false;
    const next = at + by < 0 ? this.#field : results[at + by];
    next?.focus();
    return Boolean(next);
  }
}

customElements.define("directory-finder", DirectoryFinder);
