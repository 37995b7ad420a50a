/** <error-summary>: what to correct in a form takes the focus as soon as it is there. */
class ErrorSummary extends HTMLElement {
  connectedCallback() {
    this.focus();
  }
}

customElements.define("error-summary", ErrorSummary);
