/**
 * One toolbar for all messages: it comes into the one that is pointed at or has the focus. By touch
 * a long press opens the same as a sheet; without either, the time of a message leads to its page.
 */

import { messageOf, rightsOver } from "./known.js";
import { act, react } from "./message-actions.js";

const LONG_PRESS_MS = 450;
const MOVED_PX = 10;
let mounted = null;
let pressed = null;

function mount(article) {
  if (mounted?.article === article || article.querySelector("[data-editing]")) return;
  unmount();
  const place = article.querySelector(".message__tools");
  const message = place && messageOf(article);
  if (!message) return;
  const before = [...place.childNodes];
  place.replaceChildren(document.getElementById("tools-pattern").content.cloneNode(true));
  permit(place, message);
  if (article.closest("message-thread")) {
    for (const way of place.querySelectorAll('[data-action="thread"]')) way.hidden = true;
  }
  const thread = place.querySelector('a[data-action="thread"]');
  thread.href = article.querySelector(".message__time")?.href ?? "#";
  const versions = place.querySelector('a[data-action="versions"]');
  versions.href = `${thread.href}/versions`;
  place.querySelector('a[data-action="forward"]').href = `${thread.href}/forward`;
  mounted = { article, place, before };
}

function unmount() {
  if (!mounted) return;
  const { place, before } = mounted;
  if (place.isConnected && place.querySelector("details[open]")) return;
  place.replaceChildren(...before);
  mounted = null;
}

function permit(root, message) {
  const rights = rightsOver(message);
  for (const control of root.querySelectorAll("[data-action]")) {
    control.hidden = !rights[control.dataset.action];
  }
  for (const rule of root.querySelectorAll(".menu__rule")) rule.hidden = !rights.delete;
}

document.addEventListener("pointerover", (event) => {
  if (event.pointerType !== "mouse") return;
  const article = event.target.closest?.(".message");
  if (article) mount(article);
});

document.addEventListener("focusin", (event) => {
  const article = event.target.closest?.(".message");
  if (article) mount(article);
});

document.addEventListener("pointerdown", (event) => {
  const article = event.target.closest?.(".message");
  if (event.pointerType !== "touch" || !article || event.target.closest("[data-editing]")) return;
  const { clientX: x, clientY: y } = event;
  const button = event.target.closest(".message__reactions > li > button");
  const timer = setTimeout(
    () => (button ? tellReactors({ target: button, type: "hold" }) : openSheet(article)),
    LONG_PRESS_MS,
  );
  pressed = { timer, x, y, article };
});

document.addEventListener("pointermove", ({ clientX, clientY }) => {
  if (!pressed) return;
  if (Math.hypot(clientX - pressed.x, clientY - pressed.y) > MOVED_PX) release();
});

for (const name of ["pointerup", "pointercancel", "scroll"]) {
  document.addEventListener(name, release, true);
}

document.addEventListener("contextmenu", (event) => {
  const isTouch = event.pointerType === "touch";
  if (isTouch && event.target.closest?.(".message")) event.preventDefault();
});

/** Who reacted is loaded when the first reaction is pointed at. */
async function tellReactors({ target, type, pointerType }) {
  if (pointerType === "touch") return;
  const button = target.closest?.(".message__reactions > li > button");
  if (button) (await import("./who-reacted.js")).showReactors(button, type);
}

for (const name of ["pointerover", "focusin"]) document.addEventListener(name, tellReactors);

function release() {
  clearTimeout(pressed?.timer);
  pressed = null;
}

/** The finger that pressed long is still down: lifting it must choose nothing. */
function waitForLifting(dialog) {
  dialog.style.pointerEvents = "none";
  const lifted = () => setTimeout(() => dialog.style.removeProperty("pointer-events"), 50);
  for (const name of ["touchend", "touchcancel"]) {
    document.addEventListener(name, lifted, { capture: true, once: true });
  }
}

function openSheet(article) {
  release();
  const dialog = document.getElementById("message-sheet");
  const message = messageOf(article);
  if (!dialog || !message || message.deleted || message.state) return;
  permit(dialog, message);
  for (const sign of dialog.querySelectorAll("[data-emoji]")) {
    sign.hidden = !rightsOver(message).react;
    sign.onclick = () => {
      dialog.close();
      react(message, sign.dataset.emoji, true);
    };
  }
  for (const control of dialog.querySelectorAll("[data-action]")) {
    control.onclick = (event) => {
      event.preventDefault();
      dialog.close();
      act(control.dataset.action, article);
    };
  }
  waitForLifting(dialog);
  dialog.showModal();
}
