import { fragment } from "../../platform/core/http.js";
import { act, isLoaded, seen, TypeAhead } from "./tree-model.js";

/**
 * <org-tree data-address="/agencies/CODE" data-open="Open {unit}" data-close="Close {unit}">
 * around a treegrid: walked by keyboard, branches are fetched when they are first opened, and the
 * unit that is chosen is shown beside it. Without it the same links open branches as pages.
 */
class OrgTree extends HTMLElement {
  #typing = new TypeAhead();
  #current = null;
  #off = null;

  connectedCallback() {
    this.#off = new AbortController();
    const { signal } = this.#off;
    this.addEventListener("click", (event) => this.#click(event), { signal });
    this.addEventListener("keydown", (event) => this.#press(event), { signal });
    this.addEventListener("focusin", (event) => this.#enter(event), { signal });
    const start = this.querySelector('[aria-selected="true"]') ?? this.#rows()[0];
    if (start) this.#makeCurrent(start);
  }

  disconnectedCallback() {
    this.#off.abort();
  }

  #rows() {
    return [...this.querySelectorAll(".tree__row")];
  }

  #model() {
    return this.#rows().map((row) => ({
      id: row.dataset.unitId,
      level: Number(row.getAttribute("aria-level")),
      name: row.querySelector(".tree__name").textContent.trim(),
      open: row.hasAttribute("aria-expanded") ? row.getAttribute("aria-expanded") === "true" : null,
    }));
  }

  #row(id) {
    return this.querySelector(`.tree__row[data-unit-id="${CSS.escape(id)}"]`);
  }

  /** One row is reached by Tab, and after it the links within it. */
  #makeCurrent(row) {
    this.#current = row;
    for (const each of this.#rows()) {
      each.tabIndex = each === row ? 0 : -1;
      for (const link of each.querySelectorAll("a")) {
        const isReached = each === row && !link.matches(".tree__twist");
        if (isReached) link.removeAttribute("tabindex");
        else link.tabIndex = -1;
      }
    }
  }

  #enter(event) {
    const row = event.target.closest(".tree__row");
    if (row && row !== this.#current) this.#makeCurrent(row);
  }

  #click(event) {
    const row = event.target.closest(".tree__row");
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("a");
    if (link?.matches(".tree__twist")) {
      event.preventDefault();
      row.focus();
      this.#toggle(row);
    } else if (!link) {
      row.focus();
      this.#choose(row);
    }
  }

  #press(event) {
    const row = event.target.closest(".tree__row");
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (event.target !== row && !key.startsWith("Arrow")) return;
    const deed = act(this.#model(), row.dataset.unitId, key);
    if (deed?.focus) this.#row(deed.focus).focus();
    else if (deed) this.#toggle(row);
    else if (key === "Enter") row.querySelector(".tree__name").click();
    else if (key === " ") this.#choose(row);
    else if (/^[\p{L}\p{N}]$/u.test(key)) this.#findNext(row, key);
    else return;
    event.preventDefault();
  }

  #findNext(row, letter) {
    const found = this.#typing.find(this.#model(), row.dataset.unitId, letter, performance.now());
    if (found) this.#row(found).focus();
  }

  async #toggle(row) {
    const opens = row.getAttribute("aria-expanded") === "false";
    if (opens && !isLoaded(this.#model(), row.dataset.unitId) && !(await this.#load(row))) return;
    row.setAttribute("aria-expanded", opens ? "true" : "false");
    const twist = row.querySelector("a.tree__twist");
    const words = opens ? this.dataset.close : this.dataset.open;
    const name = row.querySelector(".tree__name").textContent.trim();
    twist?.setAttribute("aria-label", words.replace("{unit}", name));
    this.#draw();
  }

  async #load(row) {
    if (row.ariaBusy === "true") return false;
    row.ariaBusy = "true";
    try {
      const part = document.createElement("template");
      part.innerHTML = await fragment(`${this.dataset.address}?branch=${row.dataset.unitId}`);
      row.after(part.content);
    } catch {
      // The link does the same with a whole page, and says what is wrong if something is.
      location.assign(row.querySelector("a.tree__twist").href);
      return false;
    } finally {
      row.ariaBusy = null;
    }
    this.#makeCurrent(this.#current ?? row);
    return true;
  }

  #draw() {
    const shown = new Set(seen(this.#model()).map((row) => row.id));
    for (const row of this.#rows()) row.hidden = !shown.has(row.dataset.unitId);
    if (this.#current?.hidden) this.#makeCurrent(this.#rows().find((row) => !row.hidden));
  }

  async #choose(row) {
    const detail = document.getElementById("detail");
    const { href } = row.querySelector(".tree__name");
    if (!detail?.checkVisibility()) {
      location.assign(href);
      return;
    }
    for (const each of this.#rows()) each.ariaSelected = String(each === row);
    try {
      detail.innerHTML = await fragment(href);
      history.replaceState(null, "", `${this.dataset.address}?unit=${row.dataset.unitId}`);
    } catch {
      location.assign(href);
    }
  }
}

customElements.define("org-tree", OrgTree);
