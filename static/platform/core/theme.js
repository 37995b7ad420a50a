const YEAR_SECONDS = 365 * 24 * 3600;

/** <theme-choice>: its links set the theme at once; without script they ask the server to. */
class ThemeChoice extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this);
  }

  handleEvent(event) {
    const link = event.target.closest("[data-theme-choice]");
    if (!link) return;
    event.preventDefault();
    choose(link.dataset.themeChoice, this.getAttribute("cookie"));
    for (const other of this.querySelectorAll("[data-theme-choice]")) {
      other.toggleAttribute("aria-current", other === link);
      if (other === link) other.setAttribute("aria-current", "true");
    }
  }
}

/**
 * @param {"system" | "light" | "dark"} theme
 * @param {string} cookie its name; one that begins with `__Host-` is taken with `secure` only
 */
function choose(theme, cookie) {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  const scheme = document.querySelector('meta[name="color-scheme"]');
  if (scheme) scheme.content = theme === "system" ? "light dark" : theme;
  // biome-ignore lint/suspicious/noDocumentCookie: the server reads it; the Cookie Store API is not everywhere
  document.cookie = `${cookie}=${theme}; path=/; max-age=${YEAR_SECONDS}; samesite=lax${cookie === "theme" ? "" : "; secure"}`;
}

customElements.define("theme-choice", ThemeChoice);
