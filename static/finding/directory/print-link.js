/** <print-link> around a button: prints the page, by itself if it was opened at #print. */
class PrintLink extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", () => window.print());
    if (location.hash === "#print") {
      history.replaceState(null, "", location.pathname + location.search);
      document.fonts.ready.then(() => window.print());
    }
  }
}

customElements.define("print-link", PrintLink);
