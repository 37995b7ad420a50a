/**
 * <chosen-people data-said="{count} of {total} chosen" data-one="…" data-many="… {count} …"> around
 * a form of people with boxes: its button says how many are chosen, and waits for one.
 */
class ChosenPeople extends HTMLElement {
  #off = null;

  connectedCallback() {
    const count = this.querySelector(".report-missing__count");
    if (!count) return;
    this.#off = new AbortController();
    const { signal } = this.#off;
    this.addEventListener("change", () => this.#show(), { signal });
    // What a browser filled in again on the way back is there once the page is shown.
    window.addEventListener("pageshow", () => this.#show(), { signal });
    count.hidden = false;
    this.#show();
  }

  disconnectedCallback() {
    this.#off?.abort();
  }

  #show() {
    const boxes = [...this.querySelectorAll('[name="person"]')];
    const count = boxes.filter((box) => box.checked).length;
    const said = this.dataset.said.replace("{count}", count).replace("{total}", boxes.length);
    this.querySelector(".report-missing__count").value = `${said} ·`;
    const button = this.querySelector(".report-missing__bar .button--primary");
    button.lastChild.data = (count === 1 ? this.dataset.one : this.dataset.many).replace(
      "{count}",
      count,
    );
    button.disabled = count === 0;
  }
}

customElements.define("chosen-people", ChosenPeople);
