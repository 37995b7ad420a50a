/**
 * <copy-text data-copied="Copied">: a button that copies the text of the field beside it.
 *
 * Without script the field can be selected and copied by hand; the button stands there from the
 * start, so that nothing moves when the script comes.
 */
import { toast } from "./toast.js";

class CopyText extends HTMLElement {
  #button;

  connectedCallback() {
    this.#button = this.querySelector("button");
    this.#button.addEventListener("click", this.#copy);
  }

  disconnectedCallback() {
    this.#button.removeEventListener("click", this.#copy);
  }

  #copy = async () => {
    const field = this.querySelector("textarea");
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // Where a page came without TLS, browsers copy only what is selected.
      field.select();
      if (!document.execCommand("copy")) return;
    }
    toast(this.dataset.copied);
  };
}

customElements.define("copy-text", CopyText);
