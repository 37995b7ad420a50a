import { blockOf, isOn, isPossible } from "./commands.js";

const MOVES = {
  ArrowRight: (at, last) => (at === last ? 0 : at + 1),
  ArrowLeft: (at, last) => (at <= 0 ? last : at - 1),
  Home: () => 0,
  End: (_at, last) => last,
};

/** The row of buttons above a text: one stop for Tab, arrows and Home and End within it. */
export class Toolbar {
  #chosen = null;

  /**
   * @param {HTMLElement} row role=toolbar
   * @param {{editor: () => object, act: (name: string) => void, leave: () => void}} how
   */
  constructor(row, { editor, act, leave }) {
    this.row = row;
    this.editor = editor;
    row.addEventListener("keydown", (event) => this.#pressed(event, leave), { capture: true });
    row.addEventListener("mousedown", (event) => {
      // The selection in the text stays where it is.
      if (event.target.closest("button")) event.preventDefault();
    });
    row.addEventListener("focusin", ({ target }) => this.#choose(target));
    row.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-do]");
      if (button && button.ariaDisabled !== "true") act(button.dataset.do);
    });
    const [first, ...others] = row.querySelectorAll("button, summary");
    for (const other of others) if (!other.closest(".menu__panel")) other.tabIndex = -1;
    this.#chosen = first;
  }

  focus() {
    const item = this.#items.includes(this.#chosen) ? this.#chosen : this.#items[0];
    item.focus();
  }

  /** Show what stands where the cursor is, and what can be done there. */
  draw() {
    const editor = this.editor();
    for (const button of this.row.querySelectorAll("[data-do]")) {
      const name = button.dataset.do;
      const isPressed = isOn(name, editor);
      if (isPressed !== undefined) button.ariaPressed = String(isPressed);
      button.ariaDisabled = isPossible(name, editor) ? null : "true";
    }
    const block = blockOf(editor);
    for (const item of this.row.querySelectorAll("[data-block]")) {
      const isHere = item.dataset.do === block;
      if (isHere) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
      if (isHere) this.row.querySelector("[data-block-name]").textContent = item.textContent.trim();
    }
  }

  get #items() {
    const all = [...this.row.querySelectorAll("button, summary")];
    return all.filter((item) => !item.closest(".menu__panel") && item.checkVisibility());
  }

  #choose(target) {
    const item = target?.closest("button, summary");
    if (!this.#items.includes(item)) return;
    for (const other of this.#items) other.tabIndex = other === item ? 0 : -1;
    this.#chosen = item;
    item.scrollIntoView?.({ block: "nearest", inline: "nearest" });
  }

  #pressed(event, leave) {
    if (event.target.closest(".menu__panel")) return;
    if (event.key === "Escape" && !this.row.querySelector("details[open]")) {
      event.preventDefault();
      leave();
    } else if (event.key in MOVES) {
      event.preventDefault();
      event.stopPropagation();
      const items = this.#items;
      items[MOVES[event.key](items.indexOf(this.#chosen), items.length - 1)].focus();
    }
  }
}
