/** What appears under `@`: people, posts, everybody. Fits <text-expander>. */
import { fragment } from "../core/http.js";

/**
 * @param {HTMLElement} expander the <text-expander>
 * @param {string} conversationId
 * @param {(mention: {kind: string, id: string, text: string}) => void} chosen
 */
export function suggestPeople(expander, conversationId, chosen) {
  expander.addEventListener("text-expander-change", (event) => {
    event.detail.provide(look(conversationId, event.detail.text));
  });
  expander.addEventListener("text-expander-activate", () => {
    requestAnimationFrame(() => putAbove(expander.querySelector(".suggestions")));
    requestAnimationFrame(() => sayRole(expander.querySelector("textarea")));
  });
  expander.addEventListener("text-expander-value", (event) => {
    const { kind, id, value } = event.detail.item.dataset;
    event.detail.value = `@${value}`;
    chosen({ kind, id, text: value });
  });
}

/** The box stands at the bottom of the window: what appears goes above it. */
function putAbove(list) {
  if (!list) return;
  list.style.top = "auto";
  list.style.bottom = "calc(100% + 4px)";
}

/** A text of several lines may not be a combobox; it may say that it has a list beside it. */
function sayRole(field) {
  field.removeAttribute("role");
  field.removeAttribute("aria-expanded");
  field.setAttribute("aria-haspopup", "listbox");
}

let latest = null;

/** What fits the letters typed last: answers may overtake each other, and old ones count no more. */
function look(conversationId, text) {
  const mine = find(conversationId, text).then((found) => (mine === latest ? found : latest));
  latest = mine;
  return mine;
}

async function find(conversationId, text) {
  try {
    const query = encodeURIComponent(text.trim());
    const html = await fragment(`/c/${conversationId}/mentions?q=${query}`);
    const list = new DOMParser().parseFromString(html, "text/html").querySelector("ul");
    const isFound = Boolean(list?.querySelector("[role=option]"));
    return { matched: isFound, fragment: document.adoptNode(list) };
  } catch {
    return { matched: false };
  }
}
