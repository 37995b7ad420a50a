/**
 * <chosen-rows data-said="{count} of {total} chosen"> around a form of rows with boxes: chooses all
 * of the page at once, says how many are chosen, and lets the second function follow the first.
 */
class ChosenRows extends HTMLElement {
  #off = null;

  connectedCallback() {
    this.#off = new AbortController();
    const { signal } = this.#off;
    this.addEventListener("change", (event) => this.#change(event), { signal });
    // What a browser filled in again on the way back is there once the page is shown.
    window.addEventListener("pageshow", () => this.#show(), { signal });
    this.querySelector(".chosen-bar__count").hidden = false;
    this.#show();
  }

  disconnectedCallback() {
    this.#off.abort();
  }

  #change({ target }) {
    if (target === this.#all) {
      for (const box of this.#boxes) box.checked = target.checked;
    }
    this.#show();
  }

  #show() {
    const chosen = this.#boxes.filter((box) => box.checked).length;
    const total = this.#boxes.length;
    this.#all.checked = chosen === total;
    this.#all.indeterminate = chosen > 0 && chosen < total;
    const said = this.dataset.said.replace("{count}", chosen).replace("{total}", total);
    this.querySelector("output").value = said;
    this.#follow();
  }

  /** A post has the two functions that are said: the second is left as it is with the first. */
  #follow() {
    const { function_1: first, function_2: second } = this.querySelector("form").elements;
    const keeps = first.value === "keep";
    second.disabled = keeps;
    second.querySelector('[value="keep"]').hidden = !keeps;
    if (keeps) second.value = "keep";
    else if (second.value === "keep") second.value = "";
  }

  get #all() {
    return this.querySelector("#choose-all");
  }

  get #boxes() {
    return [...this.querySelectorAll('[name="post_ids"]')];
  }
}

customElements.define("chosen-rows", ChosenRows);
