/**
 * <pass-key data-options='{…}' data-does="use" hidden>: a button that asks the device for a passkey.
 *
 * data-does is "use", "make" for a new one, or "offer" where the browser may also offer one by
 * itself in the field of the name. The options are in data-options, or at data-address. The answer
 * goes with the form around it, in data-field. Browsers without passkeys do not show the button.
 */
import { toast } from "../../platform/core/toast.js";

class PassKey extends HTMLElement {
  #offer = new AbortController();

  connectedCallback() {
    if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
    this.hidden = false;
    this.querySelector("button").addEventListener("click", this.#ask);
    if (this.dataset.does === "offer") this.#offerItself();
  }

  disconnectedCallback() {
    this.#offer.abort();
  }

  #ask = async () => {
    this.#offer.abort();
    try {
      this.#send(await this.#credential());
    } catch (error) {
      // A browser says no more of somebody who changed their mind than of a device without a key.
      const isKnown = error.name === "InvalidStateError" && this.dataset.known;
      toast(isKnown ? this.dataset.known : this.dataset.failed);
    }
  };

  async #credential() {
    const options = await this.#options();
    if (this.dataset.does === "make") {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
      return navigator.credentials.create({ publicKey });
    }
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    return navigator.credentials.get({ publicKey });
  }

  async #offerItself() {
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await this.#options());
    const { signal } = this.#offer;
    const asked = navigator.credentials.get({ publicKey, mediation: "conditional", signal });
    const found = await asked.catch(() => null);
    if (found) this.#send(found);
  }

  async #options() {
    const { address, options } = this.dataset;
    return address ? (await fetch(address)).json() : JSON.parse(options);
  }

  #send(credential) {
    const form = this.closest("form");
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = this.dataset.field;
    field.value = JSON.stringify(credential.toJSON());
    form.append(field);
    // What is asked instead, a password or a code, is not needed now.
    form.noValidate = true;
    form.requestSubmit();
  }
}

customElements.define("pass-key", PassKey);
