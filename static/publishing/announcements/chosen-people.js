/**
 * <chosen-people data-said="{count} chosen" data-one="…" data-many="… {count} …"> around a form of
 * people with boxes. Its main button is for all who are shown; once some are chosen, one for these
 * alone comes before it.
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
    const number = boxes.filter((box) => box.checked).length;
    const fill = (words) => words.replace("{count}", number);
    const count = this.querySelector(".report-missing__count");
    count.value = number ? `${fill(this.dataset.said)} · ` : "";
    const [some, all] = this.querySelectorAll(".report-missing__buttons .button");
    some.lastChild.data = fill(number === 1 ? this.dataset.one : this.dataset.many);
    some.disabled = some.hidden = number === 0;
    for (const [button, isFirst] of [
      [some, number > 0],
      [all, number === 0],
    ]) {
      button?.classList.toggle("button--primary", isFirst);
      button?.classList.toggle("button--normal", !isFirst);
    }
  }
}

customElements.define("chosen-people", ChosenPeople);
