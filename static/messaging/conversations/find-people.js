/**
 * Choosing the recipients of a new message (ARIA combobox). Each option is a link to the same page
 * with one more recipient; here its answer is put in place, and the focus stays in the field.
 */
import { fragment } from "../../platform/core/http.js";
import { signedOut } from "../../platform/core/socket.js";

const PAUSE_MS = 120;
let timer = null;
let asked = 0;

const page = () => document.getElementById("new-message");
const field = () => document.getElementById("new-q");
const options = () => [...document.querySelectorAll("#new-options [role=option]")];
const chosen = () => document.querySelector('#new-options [aria-selected="true"]');

async function look() {
  const query = new URLSearchParams(new FormData(field().form));
  const fresh = await fetched(`/conversations/new?${query}`);
  if (!fresh) return;
  document.getElementById("new-found").replaceWith(fresh.querySelector("#new-found"));
  prepare();
}

/** Put another recipient in, or take one out, without leaving the page. */
async function go(address) {
  const fresh = await fetched(address);
  if (!fresh) return;
  page().replaceWith(fresh.querySelector("#new-message"));
  history.replaceState(null, "", address);
  prepare();
  field().focus();
}

async function fetched(address) {
  const mine = ++asked;
  try {
    const html = await fragment(address);
    return mine === asked ? new DOMParser().parseFromString(html, "text/html") : null;
  } catch (refusal) {
    if (refusal.status === 401) signedOut();
    return null;
  }
}

function prepare() {
  for (const option of options()) option.tabIndex = -1;
  field().setAttribute("aria-expanded", String(options().length > 0));
  choose(options()[0]);
}

function choose(option) {
  chosen()?.setAttribute("aria-selected", "false");
  if (!option) {
    field().removeAttribute("aria-activedescendant");
    return;
  }
  option.setAttribute("aria-selected", "true");
  field().setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = options();
  if (all.length) choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
}

document.addEventListener("keydown", (event) => {
  if (event.target !== field()) return;
  const last = [...document.querySelectorAll("#new-message [data-remove]")].at(-1);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter") {
    event.preventDefault();
    const form = document.querySelector('#new-message form[action="/conversations"]');
    if (chosen()) go(chosen().href);
    else if (!field().value && form) form.requestSubmit();
  } else if (event.key === "Backspace" && !field().value && last) {
    event.preventDefault();
    go(last.href);
  }
});

document.addEventListener("input", (event) => {
  if (event.target !== field()) return;
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE_MS);
});

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const link = event.target.closest?.("#new-options [role=option], #new-message [data-remove]");
  if (!link) return;
  event.preventDefault();
  go(link.href);
});

prepare();
