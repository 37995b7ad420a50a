/** Where a log stands: kept while messages come above and below, told when its ends come near. */
const AT_THE_END = 48;

export class LogScroll {
  #box;
  #rows;
  #top = 0;

  /**
   * @param {HTMLElement} box that scrolls
   * @param {() => Iterable<Element>} rows in order
   */
  constructor(box, rows) {
    this.#box = box;
    this.#rows = rows;
    // The browser's own anchoring and ours would both correct the same change.
    box.style.overflowAnchor = "none";
  }

  get isAtEnd() {
    const { scrollTop, clientHeight, scrollHeight } = this.#box;
    return scrollHeight - scrollTop - clientHeight <= AT_THE_END;
  }

  /** Whether the reader has scrolled up since `remember()`: the event comes a frame later. */
  get hasGoneUp() {
    return this.#box.scrollTop < this.#top && !this.isAtEnd;
  }

  /** Remember where the log stands. */
  remember() {
    this.#top = this.#box.scrollTop;
  }

  /** How far the ends are from what is seen, in heights of the box. */
  get distances() {
    const { scrollTop, clientHeight, scrollHeight } = this.#box;
    const height = Math.max(clientHeight, 1);
    const below = scrollHeight - scrollTop - clientHeight;
    return { above: scrollTop / height, below: below / height };
  }

  toEnd() {
    this.#box.scrollTop = this.#box.scrollHeight;
  }

  /** Bring an element into view, a third of the height below the top. */
  to(element) {
    const offset = element.getBoundingClientRect().top - this.#box.getBoundingClientRect().top;
    this.#box.scrollTop += offset - this.#box.clientHeight / 3;
  }

  /** Change what is in the log; what one was reading stays where it is. */
  keep(change, { stick = this.isAtEnd } = {}) {
    const anchor = stick ? null : this.#firstSeen();
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (stick) this.toEnd();
    else if (anchor?.isConnected) {
      this.#box.scrollTop += anchor.getBoundingClientRect().top - before;
    }
  }

  isSeen(element) {
    const view = this.#box.getBoundingClientRect();
    const { top, bottom } = element.getBoundingClientRect();
    return bottom > view.top && top < view.bottom;
  }

  isAbove(element) {
    return element.getBoundingClientRect().bottom <= this.#box.getBoundingClientRect().top;
  }

  /** The last row that has been seen down to its end. */
  lastSeen() {
    const end = this.#box.getBoundingClientRect().bottom + 1;
    let last = null;
    for (const row of this.#rows()) {
      if (row.getBoundingClientRect().bottom > end) break;
      last = row;
    }
    return last;
  }

  #firstSeen() {
    const top = this.#box.getBoundingClientRect().top;
    for (const row of this.#rows()) {
      if (row.getBoundingClientRect().bottom > top) return row;
    }
    return null;
  }
}
