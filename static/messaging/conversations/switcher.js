/** Ctrl K: a dialog in which a few letters find a conversation or a person (ARIA combobox). */
import { fragment } from "../../platform/core/http.js";
import { signedOut } from "../../platform/core/socket.js";

const PAUSE_MS = 120;
const dialog = document.getElementById("switcher");
const field = dialog?.querySelector("[role=combobox]");
const place = dialog?.querySelector("[data-results]");
let timer = null;
let asked = 0;

const options = () => [...place.querySelectorAll("[role=option]")];
const chosen = () => place.querySelector('[aria-selected="true"]');

function open() {
  field.value = "";
  dialog.showModal();
  field.focus();
  look();
}

async function look() {
  const mine = ++asked;
  try {
    const html = await fragment(`/switcher?q=${encodeURIComponent(field.value.trim())}`);
    if (mine !== asked) return;
    const parsed = new DOMParser().parseFromString(html, "text/html");
    place.replaceChildren(...parsed.body.children);
    for (const option of options()) option.tabIndex = -1;
    field.setAttribute("aria-expanded", String(options().length > 0));
    choose(options()[0]);
  } catch (refusal) {
    if (refusal.status === 401) signedOut();
  }
}

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  if (!option) {
    field.removeAttribute("aria-activedescendant");
    return;
  }
  option.setAttribute("aria-selected", "true");
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = options();
  if (!all.length) return;
  const at = all.indexOf(chosen());
  choose(all[(at + by + all.length) % all.length]);
}

function pressed(event) {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  }
}

if (dialog) {
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.(".topbar__search, [data-switcher]")) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open();
  });
  field.addEventListener("keydown", pressed);
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE_MS);
  });
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    chosen()?.click();
  });
  place.addEventListener("pointermove", (event) => {
    const option = event.target.closest?.("[role=option]");
    if (option && option !== chosen()) choose(option);
  });
}
