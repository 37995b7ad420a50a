/**
 * The column beside the conversation: a thread, what is pinned, who is here, versions. Each is a
 * page of its own with an address; here its part is fetched and shown. Esc closes it, and the focus
 * returns to what opened it.
 */
import { fragment } from "../../platform/core/http.js";
import { signedOut } from "../../platform/core/socket.js";
import { openConversation } from "./known.js";
import { complain } from "./notices.js";

let opener = null;

export function isSideOpen() {
  return Boolean(document.querySelector(".sheet__side"));
}

/** Show what stands at an address of the conversation. */
export async function openSide(
  address,
  { opener: from = document.activeElement, push = true } = {},
) {
  try {
    const html = await fragment(address);
    const parsed = new DOMParser().parseFromString(html, "text/html");
    column().replaceChildren(...parsed.body.children);
  } catch (refusal) {
    if (refusal.status === 401) signedOut();
    else complain(refusal.message);
    return;
  }
  if (from) opener = identify(from);
  keepInView();
  if (push && location.pathname !== address) history.pushState({ side: true }, "", address);
  column().querySelector("[data-takes-focus], h2[tabindex]")?.focus({ preventScroll: true });
}

export function closeSide({ push = true } = {}) {
  const side = document.querySelector(".sheet__side");
  if (!side) return;
  side.remove();
  document.querySelector(".sheet").classList.remove("sheet--side");
  document.body.classList.remove("in-thread");
  if (push) history.pushState(null, "", home());
  const from = opener && document.querySelector(opener);
  (from ?? document.querySelector(".conversation__log")).focus({ preventScroll: true });
  keepInView();
  opener = null;
}

/** A discussion below a text stays where one is when the page becomes narrower or wider. */
function keepInView() {
  document.querySelector(".discussion")?.scrollIntoView({ block: "nearest" });
}

/** Where the conversation stands by itself: its own page, or that of what it discusses. */
function home() {
  return document.querySelector("[data-home]")?.dataset.home ?? `/c/${openConversation()}`;
}

function column() {
  const known = document.querySelector(".sheet__side");
  if (known) return known;
  const side = document.createElement("div");
  side.className = "sheet__side";
  side.id = "side";
  document.querySelector(".sheet").append(side);
  document.querySelector(".sheet").classList.add("sheet--side");
  document.body.classList.add("in-thread");
  return side;
}

/** How to find an element again, drawn anew or not. */
function identify(element) {
  const message = element.closest?.(".message");
  if (message?.id) return `#${CSS.escape(message.id)}`;
  const address = element.getAttribute?.("href");
  return address ? `:is(.conversation, .discussion) [href="${CSS.escape(address)}"]` : null;
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest?.("[data-thread], [data-side], [data-close-side]");
  if (!link || !openConversation()) return;
  event.preventDefault();
  if (link.matches("[data-close-side]")) closeSide();
  else openSide(link.dataset.side ?? new URL(link.href).pathname, { opener: link });
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("[data-side-form]");
  if (!form || !openConversation()) return;
  event.preventDefault();
  const query = new URLSearchParams(new FormData(form));
  openSide(`${form.getAttribute("action")}?${query}`, { opener: null, push: false });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  if (!event.target.closest?.(".sheet__side")) return;
  event.preventDefault();
  closeSide();
});

addEventListener("popstate", () => {
  if (!openConversation()) return; // a place within a page was gone to
  const here = location.pathname;
  if (here === home()) closeSide({ push: false });
  else if (here.startsWith(`/c/${openConversation()}/`))
    openSide(here, { opener: null, push: false });
  else location.reload();
});
