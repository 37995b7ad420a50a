import { placed } from "../../platform/core/placing.js";

const MOVES = { ArrowDown: 1, ArrowUp: -1 };
let number = 0;

/** A list to choose from beside the cursor; the focus stays in the text, which names the line. */
export class Listbox {
  #at = 0;
  #choose = () => {};

  /**
   * @param {HTMLElement} host where it hangs
   * @param {HTMLElement} field the text, which has the focus
   * @param {HTMLElement} status where it is said how many there are
   */
  constructor(host, field, status) {
    this.host = host;
    this.field = field;
    this.status = status;
    this.list = document.createElement("ul");
    this.list.className = "suggestions writing__choices";
    this.list.id = `choices-${number++}`;
    this.list.role = "listbox";
    this.list.popover = "manual";
    this.list.addEventListener("mousedown", (event) => this.#clicked(event));
    host.append(this.list);
  }

  get isOpen() {
    return this.list.matches(":popover-open") && this.#options.length > 0;
  }

  /**
   * @param {HTMLElement[]} options with role=option
   * @param {{rect: DOMRect, label: string, said: string, choose: (option: HTMLElement) => void}} how
   */
  show(options, { rect, label, said, choose }) {
    if (!options.length) {
      this.hide();
      return;
    }
    this.#choose = choose;
    this.list.ariaLabel = label;
    for (const [at, option] of options.entries()) option.id = `${this.list.id}-${at}`;
    this.list.replaceChildren(...options);
    this.list.style.removeProperty("max-block-size");
    this.list.showPopover();
    const { width, height } = this.list.getBoundingClientRect();
    const view = { width: window.innerWidth, height: window.innerHeight };
    const at = placed(rect, { width, height }, view, { align: "start" });
    this.list.style.left = `${at.left}px`;
    this.list.style.top = `${at.top}px`;
    this.list.style.maxBlockSize = `${at.height}px`;
    this.field.setAttribute("aria-controls", this.list.id);
    this.status.textContent = said;
    this.#select(0);
  }

  hide() {
    this.list.hidePopover();
    this.list.replaceChildren();
    this.status.textContent = "";
    for (const name of ["aria-activedescendant", "aria-controls"]) this.field.removeAttribute(name);
  }

  /** @returns {boolean} whether the key was for the list */
  pressed(event) {
    if (!this.isOpen) return false;
    if (event.key in MOVES) {
      const last = this.#options.length;
      this.#select((this.#at + MOVES[event.key] + last) % last);
    } else if (event.key === "Enter" || event.key === "Tab") {
      this.#choose(this.#options[this.#at]);
    } else if (event.key === "Escape") {
      this.hide();
    } else {
      return false;
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  get #options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  #select(at) {
    this.#at = at;
    for (const [place, option] of this.#options.entries()) {
      option.ariaSelected = String(place === at);
    }
    const chosen = this.#options[at];
    chosen.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", chosen.id);
  }

  #clicked(event) {
    event.preventDefault(); // the focus stays in the text
    const option = event.target.closest("[role=option]");
    if (option) this.#choose(option);
  }
}
