/**
 * <text-file data-field="ID" hidden> around a file field: puts the text of a chosen file into the
 * text area of that id. Without script it stays hidden, and the text is pasted.
 */
const MOST_BYTES = 300_000; // more than any form takes, so that the server says that it is too much

class TextFile extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.querySelector("input").addEventListener("change", this.#read);
  }

  disconnectedCallback() {
    this.querySelector("input").removeEventListener("change", this.#read);
  }

  #read = async ({ target }) => {
    const [file] = target.files;
    if (!file) return;
    document.getElementById(this.dataset.field).value = await file.slice(0, MOST_BYTES).text();
  };
}

customElements.define("text-file", TextFile);
