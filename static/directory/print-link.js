/** <print-link> around a link to #print: prints the page, also one that was opened to be printed. */
class PrintLink extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      event.preventDefault();
      window.print();
    });
    if (location.hash === "#print") {
      history.replaceState(null, "", location.pathname + location.search);
      document.fonts.ready.then(() => window.print());
    }
  }
}

customElements.define("print-link", PrintLink);
