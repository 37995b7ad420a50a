/**
 * Who reacted, by name: beside a reaction that is pointed at, has the focus, or is pressed long.
 * The names are asked for when somebody wants them, and again after the reaction has changed.
 */
import { fragment } from "../../platform/core/http.js";
import { placed } from "../../platform/core/placing.js";
import { loadStyle } from "../../platform/core/style.js";

const PAUSE_MS = 250;
const SHOWN_AFTER_HOLD_MS = 5000;
const known = new Map();
const style = loadStyle(new URL("../../bundles/composing.css", import.meta.url).href);
let tip = null;
let owner = null;
let timer = null;

/** @param {"pointerover" | "focusin" | "hold"} how it is wanted */
export function showReactors(button, how) {
  if (owner === button && how !== "hold") {
    clearTimeout(timer);
    if (tip?.matches(":popover-open")) return;
  }
  if (how === "focusin" && !button.matches(":focus-visible")) return;
  hide();
  owner = button;
  if (how === "hold") holdClick();
  else button.addEventListener("pointerleave", hideSoon, { once: true });
  button.addEventListener("blur", hide, { once: true });
  timer = setTimeout(() => show(button, how), how === "pointerover" ? PAUSE_MS : 0);
}

async function show(button, how) {
  const [text] = await Promise.all([reactorsOf(button), style]);
  if (owner !== button || !button.isConnected || !text) return;
  tip ??= build();
  tip.replaceChildren(...text);
  tip.showPopover();
  button.setAttribute("aria-describedby", tip.id);
  const view = { width: innerWidth, height: innerHeight };
  const at = placed(button.getBoundingClientRect(), tip.getBoundingClientRect(), view, {
    align: "start",
  });
  tip.style.inset = `${at.top}px auto auto ${at.left}px`;
  if (how === "hold") timer = setTimeout(hide, SHOWN_AFTER_HOLD_MS);
}

/** What stands in the answer for this reaction: its word, then the names. */
async function reactorsOf(button) {
  const address = button.getAttribute("formaction");
  const key = `${address} ${button.getAttribute("aria-label")}`;
  if (!known.has(key))
    known.set(
      key,
      fragment(address).catch(() => ""),
    );
  const html = await known.get(key);
  if (!html) known.delete(key);
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const line = parsed.querySelector(`[data-emoji="${CSS.escape(button.dataset.emoji)}"]`);
  return line && [...line.childNodes].map((part) => document.importNode(part, true));
}

function build() {
  const element = document.createElement("div");
  element.className = "reactors-tip";
  element.id = "reactors-tip";
  element.popover = "manual";
  element.setAttribute("role", "tooltip");
  element.addEventListener("pointerenter", () => clearTimeout(timer));
  element.addEventListener("pointerleave", hideSoon);
  document.body.append(element);
  return element;
}

/** The finger that pressed long is still down: lifting it must not react. */
function holdClick() {
  const stop = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  document.addEventListener("click", stop, { capture: true });
  const lifted = () => setTimeout(() => document.removeEventListener("click", stop, true), 100);
  for (const name of ["touchend", "touchcancel"]) {
    document.addEventListener(name, lifted, { capture: true, once: true });
  }
}

function hideSoon() {
  clearTimeout(timer);
  timer = setTimeout(hide, PAUSE_MS);
}

function hide() {
  clearTimeout(timer);
  owner?.removeAttribute("aria-describedby");
  owner = null;
  if (tip?.matches(":popover-open")) tip.hidePopover();
}

document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
document.addEventListener("scroll", hide, true);
