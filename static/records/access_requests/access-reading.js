import { onKeys } from "../../platform/core/shortcuts.js";
import { rangeOf } from "./text-range.js";

/**
 * <access-reading> around the page on which one reads for a request: selected words open the menu
 * of reasons, and keys go on (j, k), include (i) and leave out (x).
 */
class AccessReading extends HTMLElement {
  #off = [];

  connectedCallback() {
    const aborting = new AbortController();
    const { signal } = aborting;
    document.addEventListener("selectionchange", () => this.#later(), { signal });
    this.addEventListener("keydown", (event) => this.#close(event), { signal });
    this.#off = [
      () => aborting.abort(),
      onKeys("j", () => this.#go("after")),
      onKeys("k", () => this.#go("before")),
      onKeys("i", () => this.#go("in")),
      onKeys("x", () => this.#leaveOut()),
      onKeys("h", () => this.#menu && !this.#menu.hidden && this.#first.focus()),
    ];
  }

  disconnectedCallback() {
    for (const off of this.#off) off();
  }

  #timer = 0;

  /** Wait until the selection has come to rest, so that the menu is not in its way. */
  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#follow(), 250);
  }

  #follow() {
    const menu = this.#menu;
    if (!menu || menu.contains(document.activeElement)) return;
    const selection = document.getSelection();
    const found = selection.isCollapsed ? null : rangeOf(selection.getRangeAt(0));
    menu.hidden = !found;
    if (!found) return;
    const { sha256, start, end, part } = menu.elements;
    sha256.value = found.sha256;
    start.value = found.start;
    end.value = found.end;
    part.value = found.part;
    this.#place(menu, selection.getRangeAt(0).getBoundingClientRect());
  }

  #place(menu, box) {
    const around = menu.offsetParent.getBoundingClientRect();
    const left = Math.min(box.left, window.innerWidth - menu.offsetWidth - 12);
    menu.style.insetInlineStart = `${Math.max(left, 8) - around.left}px`;
    menu.style.insetBlockStart = `${box.bottom - around.top + 8}px`;
  }

  #close(event) {
    if (event.key !== "Escape" || !this.#menu || this.#menu.hidden) return;
    this.#menu.hidden = true;
    document.getSelection().removeAllRanges();
  }

  #go(way) {
    this.querySelector(`[data-way="${way}"]`)?.click();
  }

  #leaveOut() {
    const out = this.querySelector(".access-out");
    if (!out) return;
    out.open = true;
    out.querySelector("input").focus();
  }

  get #menu() {
    return this.querySelector("#access-hide");
  }

  get #first() {
    return this.#menu.querySelector("button");
  }
}

customElements.define("access-reading", AccessReading);
