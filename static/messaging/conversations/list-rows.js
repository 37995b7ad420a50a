/**
 * What is done with a row of the list: its menu by right click, menu key or long press, and the
 * order of favourites by dragging. Loaded with the first of them.
 */
import { csrfToken, fragment, refusalOf, request } from "../../platform/core/http.js";
import { placed } from "../../platform/core/placing.js";
import { loadStyle } from "../../platform/core/style.js";
import { toast } from "../../platform/core/toast.js";
import { complain, orComplain } from "../messages/notices.js";
import { refreshList } from "./counts.js";

const LONG_PRESS_MS = 450;
const MOVED_PX = 10;
const LIFTED_MS = 50;
const PHONE = "(width <= 760px)";
const ITEMS = "a[href], button";
const ROW = "[data-favourites] li";
const styles = loadStyle(new URL("../../bundles/rowmenu.css", import.meta.url).href);
let dialog = null;
let dragged = null;
let isPressed = false;

/** Do what an event of a row asks for. */
export function row(link, event) {
  if (event.type === "dragstart") drag(link, event);
  else if (event.type === "pointerdown") waitForLongPress(link, event);
  else if (event.pointerType !== "touch") {
    openMenu(link, event.pointerType ? { x: event.clientX, y: event.clientY } : null);
  }
}

/** @param {{x: number, y: number}|null} point where it was pointed at; null for the menu key */
async function openMenu(link, point) {
  if (dialog) return;
  dialog = document.createElement("dialog");
  dialog.className = "row-menu-dialog";
  const opened = dialog;
  opened.addEventListener("close", () => {
    opened.remove();
    dialog = null;
    focusRow(link.dataset.conversationId);
  });
  try {
    const address = `/c/${link.dataset.conversationId}/menu`;
    const [html] = await Promise.all([fragment(address), styles]);
    const parsed = new DOMParser().parseFromString(html, "text/html");
    opened.replaceChildren(...document.importNode(parsed.body, true).childNodes);
  } catch (refusal) {
    dialog = null;
    complain(refusal.message);
    return;
  }
  opened.setAttribute("aria-label", opened.querySelector("h2").textContent);
  opened.addEventListener("click", (event) => event.target === opened && opened.close());
  opened.addEventListener("keydown", moveInMenu);
  opened.addEventListener("submit", send);
  document.body.append(opened);
  if (isPressed) opened.style.pointerEvents = "none";
  opened.showModal();
  if (!matchMedia(PHONE).matches) place(opened, link, point);
  opened.querySelector(ITEMS).focus();
}

function place(opened, link, point) {
  const view = { width: window.innerWidth, height: window.innerHeight };
  const at = point && { top: point.y, bottom: point.y, left: point.x, right: point.x };
  const { width, height } = opened.getBoundingClientRect();
  const found = placed(at ?? link.getBoundingClientRect(), { width, height }, view, {
    align: "start",
    gap: at ? 0 : 6,
  });
  opened.style.left = `${found.left}px`;
  opened.style.top = `${found.top}px`;
  opened.style.maxBlockSize = `${found.height}px`;
}

function moveInMenu(event) {
  const items = [...event.currentTarget.querySelectorAll(ITEMS)];
  const at = items.indexOf(document.activeElement);
  const next = {
    ArrowDown: items[(at + 1) % items.length],
    ArrowUp: items.at(at - 1),
    Home: items[0],
    End: items.at(-1),
  }[event.key];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** Send a form of the menu without leaving the page; the list comes again as it is then. */
async function send(event) {
  event.preventDefault();
  const form = event.target;
  dialog.close();
  await orComplain(async () => {
    const headers = { Accept: "application/json", "X-CSRF-Token": csrfToken() };
    const body = new FormData(form);
    const response = await fetch(form.action, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
    });
    if (!response.ok && response.type !== "opaqueredirect") {
      throw refusalOf(response.status, await response.json().catch(() => null));
    }
    toast(form.dataset.done);
    refreshList();
  });
}

function focusRow(id) {
  document.querySelector(`.conversation-list a[data-conversation-id="${CSS.escape(id)}"]`)?.focus();
}

function waitForLongPress(link, { clientX: x, clientY: y }) {
  const over = new AbortController();
  const { signal } = over;
  const timer = setTimeout(() => {
    over.abort();
    waitForLifting();
    openMenu(link, { x, y });
  }, LONG_PRESS_MS);
  const moved = (event) => Math.hypot(event.clientX - x, event.clientY - y) > MOVED_PX;
  signal.addEventListener("abort", () => clearTimeout(timer));
  for (const name of ["pointerup", "pointercancel", "scroll"]) {
    document.addEventListener(name, () => over.abort(), { capture: true, signal });
  }
  document.addEventListener("pointermove", (event) => moved(event) && over.abort(), { signal });
}

/** The finger that pressed long is still down: lifting it must choose and open nothing. */
function waitForLifting() {
  isPressed = true;
  const stop = (event) => event.preventDefault();
  document.addEventListener("click", stop, true);
  const lifted = () =>
    setTimeout(() => {
      isPressed = false;
      dialog?.style.removeProperty("pointer-events");
      document.removeEventListener("click", stop, true);
    }, LIFTED_MS);
  for (const name of ["touchend", "touchcancel"]) {
    document.addEventListener(name, lifted, { capture: true, once: true });
  }
}

function drag(link) {
  dragged = link.closest(ROW);
  dragged?.firstElementChild.classList.add("conversation-link--dragged");
}

/** The row over which a favourite is dragged, and whether it would come after it. */
function targetOf(event) {
  const over = dragged && event.target.closest?.(ROW);
  if (!over) return null;
  const { top, height } = over.getBoundingClientRect();
  return { over, isAfter: event.clientY > top + height / 2 };
}

function mark(target) {
  for (const name of ["drop-before", "drop-after"]) {
    document.querySelector(`.${name}`)?.classList.remove(name);
  }
  target?.over.classList.add(target.isAfter ? "drop-after" : "drop-before");
}

document.addEventListener("dragover", (event) => {
  const target = targetOf(event);
  mark(target);
  if (target) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const target = targetOf(event);
  if (!target) return;
  event.preventDefault();
  if (target.over === dragged) return;
  target.over[target.isAfter ? "after" : "before"](dragged);
  const links = dragged.parentElement.querySelectorAll("a[data-conversation-id]");
  const ids = [...links].map((link) => link.dataset.conversationId);
  orComplain(() => request("PUT", "/favourites", { ids })).then(refreshList);
});

document.addEventListener("dragend", () => {
  dragged?.firstElementChild.classList.remove("conversation-link--dragged");
  dragged = null;
  mark(null);
});
