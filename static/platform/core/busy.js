// A button whose form is on its way says so after 150 ms, and a second press does nothing.
const BUSY_AFTER_MS = 150;
const BY_HTMX = "[hx-get], [hx-post], [hx-put], [hx-patch], [hx-delete]";
const sending = new Map();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (sending.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  // Who prevents it and is not htmx sends by itself, and says so by itself.
  if (event.defaultPrevented && !form.matches(BY_HTMX)) return;
  const button = event.submitter ?? form.querySelector("[type=submit]");
  const timer = setTimeout(() => button?.setAttribute("aria-busy", "true"), BUSY_AFTER_MS);
  sending.set(form, { button, timer });
});

function done(form) {
  const { button, timer } = sending.get(form) ?? {};
  clearTimeout(timer);
  button?.removeAttribute("aria-busy");
  sending.delete(form);
}

document.addEventListener("htmx:finally:request", ({ target }) => done(target));

// Back by the browser's button: the page is as it was left.
window.addEventListener("pageshow", () => [...sending.keys()].forEach(done));
