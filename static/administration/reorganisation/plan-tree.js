import { act, seen, TypeAhead } from "../../finding/directory/tree-model.js";

/**
 * <plan-tree data-open="Open {unit}" data-close="Close {unit}" data-form="ID"> around a treegrid of
 * which all rows are there: it is walked by keyboard, branches open and close. With `data-form` a
 * unit that is dragged onto another is sent by that form: its `unit` moves to its `parent`.
 */
class PlanTree extends HTMLElement {
  #typing = new TypeAhead();
  #current = null;
  #dragged = null;
  #off = null;

  connectedCallback() {
    this.#off = new AbortController();
    const { signal } = this.#off;
    this.addEventListener("click", (event) => this.#click(event), { signal });
    this.addEventListener("keydown", (event) => this.#press(event), { signal });
    this.addEventListener("focusin", (event) => this.#enter(event), { signal });
    const rows = this.#rows();
    if (rows.length)
      this.#makeCurrent(rows.find((row) => row.matches(".plan-row--found")) ?? rows[0]);
    if (this.dataset.form) this.#offerDragging(rows, signal);
  }

  disconnectedCallback() {
    this.#off.abort();
  }

  #rows() {
    return [...this.querySelectorAll(".plan-row")];
  }

  #model() {
    return this.#rows().map((row) => ({
      id: row.dataset.unitId,
      level: Number(row.getAttribute("aria-level")),
      name: nameOf(row),
      open: row.hasAttribute("aria-expanded") ? row.getAttribute("aria-expanded") === "true" : null,
    }));
  }

  #row(id) {
    return this.querySelector(`.plan-row[data-unit-id="${CSS.escape(id)}"]`);
  }

  /** One row is reached by Tab, and after it the link and the menu within it. */
  #makeCurrent(row) {
    this.#current = row;
    for (const each of this.#rows()) {
      each.tabIndex = each === row ? 0 : -1;
      for (const link of each.querySelectorAll(".plan-row__name[href], summary")) {
        link.tabIndex = each === row ? 0 : -1;
      }
    }
  }

  #enter(event) {
    const row = event.target.closest(".plan-row");
    if (row && row !== this.#current) this.#makeCurrent(row);
  }

  #click(event) {
    const twist = event.target.closest(".plan-row__twist");
    if (!twist) return;
    const row = twist.closest(".plan-row");
    row.focus();
    this.#toggle(row);
  }

  #press(event) {
    const row = event.target.closest(".plan-row");
    if (!row || event.target !== row || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    const deed = act(this.#model(), row.dataset.unitId, key);
    if (deed?.focus) this.#row(deed.focus).focus();
    else if (deed) this.#toggle(row);
    else if (key === "Enter") row.querySelector(".plan-row__name[href]")?.click();
    else if (/^[\p{L}\p{N}]$/u.test(key)) this.#findNext(row, key);
    else return;
    event.preventDefault();
  }

  #findNext(row, letter) {
    const found = this.#typing.find(this.#model(), row.dataset.unitId, letter, performance.now());
    if (found) this.#row(found).focus();
  }

  #toggle(row) {
    const opens = row.getAttribute("aria-expanded") === "false";
    row.setAttribute("aria-expanded", opens ? "true" : "false");
    const words = opens ? this.dataset.close : this.dataset.open;
    const twist = row.querySelector(".plan-row__twist");
    twist?.setAttribute("aria-label", words.replace("{unit}", nameOf(row)));
    const shown = new Set(seen(this.#model()).map((each) => each.id));
    for (const each of this.#rows()) {
      each.classList.toggle("plan-row--folded", !shown.has(each.dataset.unitId));
    }
  }

  #offerDragging(rows, signal) {
    for (const row of rows) row.draggable = true;
    this.addEventListener("dragstart", (event) => this.#lift(event), { signal });
    this.addEventListener("dragover", (event) => this.#hover(event), { signal });
    this.addEventListener("dragend", () => this.#release(), { signal });
    this.addEventListener("drop", (event) => this.#drop(event), { signal });
  }

  #lift(event) {
    const row = event.target.closest?.(".plan-row");
    if (!row) return;
    this.#dragged = row;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", nameOf(row));
    row.classList.add("plan-row--dragged");
  }

  #hover(event) {
    const row = this.#target(event);
    for (const each of this.querySelectorAll(".plan-row--target")) {
      each.classList.toggle("plan-row--target", each === row);
    }
    if (!row) return;
    row.classList.add("plan-row--target");
    event.preventDefault();
  }

  /** The row under the pointer, unless it is the dragged one or lies below it. */
  #target(event) {
    const row = event.target.closest?.(".plan-row");
    if (!row || !this.#dragged || row === this.#dragged) return null;
    const rows = this.#rows();
    const from = rows.indexOf(this.#dragged);
    const level = Number(this.#dragged.getAttribute("aria-level"));
    const after = rows.slice(from + 1);
    const end = after.findIndex((each) => Number(each.getAttribute("aria-level")) <= level);
    const below = end < 0 ? after : after.slice(0, end);
    return below.includes(row) ? null : row;
  }

  #release() {
    this.#dragged?.classList.remove("plan-row--dragged");
    this.querySelector(".plan-row--target")?.classList.remove("plan-row--target");
    this.#dragged = null;
  }

  #drop(event) {
    const row = this.#target(event);
    if (!row) return;
    event.preventDefault();
    const form = document.getElementById(this.dataset.form);
    form.elements.unit.value = this.#dragged.dataset.unitId;
    form.elements.parent.value = row.dataset.unitId;
    this.#release();
    form.requestSubmit();
  }
}

function nameOf(row) {
  return row.querySelector(".plan-row__name").textContent.trim();
}

customElements.define("plan-tree", PlanTree);
