/** The dialog to forward a message: it searches while one types, and says how many more will read. */
import { fragment } from "../../platform/core/http.js";
import { word } from "../../platform/core/reader.js";
import { loadStyle } from "../../platform/core/style.js";
import { toast } from "../../platform/core/toast.js";

const PAUSE_MS = 150;
const style = loadStyle(new URL("../../bundles/composing.css", import.meta.url).href);
let asked = 0;
let timer = null;

/** @param {string} address of the message; `opener` gets the focus back */
export async function openForward(address, opener) {
  const dialog = document.getElementById("dialog");
  try {
    const [html] = await Promise.all([fragment(`${address}/forward`), style]);
    fill(dialog, html);
  } catch {
    toast(word("no-answer"));
    return;
  }
  dialog.showModal();
  dialog.querySelector("[name=q]").focus();
  dialog.addEventListener("close", () => opener?.focus({ preventScroll: true }), { once: true });
}

function fill(dialog, html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  dialog.replaceChildren(...parsed.body.children);
  const title = dialog.querySelector(".dialog__title");
  dialog.setAttribute("aria-label", title.textContent.trim());
  const form = dialog.querySelector("form");
  form.querySelector(".forward__button").hidden = true;
  form.elements.q.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => refresh(form), PAUSE_MS);
  });
  form.addEventListener("change", ({ target }) => target.name === "to" && refresh(form));
  form.addEventListener("keydown", (event) => pressed(event, form));
  form.addEventListener("submit", (event) => send(event, form, dialog));
  for (const way of dialog.querySelectorAll("a[data-close]")) {
    way.addEventListener("click", (event) => event.preventDefault());
  }
}

/** Show what is found now and what is chosen; the comment and the focus stay. */
async function refresh(form) {
  const mine = ++asked;
  const query = new URLSearchParams([["q", form.elements.q.value], ...chosen(form)]);
  const html = await fragment(`${form.action}?${query}`).catch(() => null);
  if (html === null || mine !== asked) return;
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const focused = document.activeElement?.name === "to" ? document.activeElement.value : null;
  for (const part of ["targets", "readers"]) {
    const fresh = parsed.querySelector(`[data-part=${part}]`);
    form.querySelector(`[data-part=${part}]`).replaceChildren(...fresh.childNodes);
  }
  if (focused) form.querySelector(`[name=to][value="${CSS.escape(focused)}"]`)?.focus();
}

function chosen(form) {
  return [...form.querySelectorAll("[name=to]:checked")].map(({ value }) => ["to", value]);
}

/** Arrows walk from the field through what was found; Enter there chooses. */
function pressed(event, form) {
  const boxes = [...form.querySelectorAll("[name=to]")];
  const { target, key } = event;
  if (target.name !== "q" && target.name !== "to") return;
  if (key === "ArrowDown" || key === "ArrowUp") {
    event.preventDefault();
    const at = boxes.indexOf(target) + (key === "ArrowDown" ? 1 : -1);
    (boxes[at] ?? (at < 0 ? form.elements.q : null))?.focus();
  } else if (key === "Enter") {
    event.preventDefault();
    if (target.name === "to") target.click();
    else chooseFirst(form);
  }
}

/** The first of what fits what is typed by now, not of what is still shown. */
async function chooseFirst(form) {
  clearTimeout(timer);
  await refresh(form);
  form.querySelector("[name=to]:not(:checked)")?.click();
}

async function send(event, form, dialog) {
  event.preventDefault();
  const button = event.submitter;
  if (button) button.disabled = true;
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { "HX-Request": "true" },
    });
    const text = await response.text();
    if (response.headers.get("HX-Trigger") === "forwarded") {
      dialog.close();
      toast(text);
    } else if (text.includes("forward__targets")) {
      fill(dialog, text);
    } else {
      toast(word("no-answer"));
    }
  } catch {
    toast(word("no-answer"));
  } finally {
    if (button) button.disabled = false;
  }
}
