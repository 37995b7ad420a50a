/**
 * What appears while one writes: under `@` people, posts, everybody; under `:` emoji; under `/` what
 * can be put in. Fits <text-expander>.
 */
import { fragment } from "../../platform/core/http.js";

const NOTHING = { matched: false };

/**
 * @param {HTMLElement} expander the <text-expander>
 * @param {object} composer the <message-composer>
 */
export function suggest(expander, composer) {
  const { conversationId } = composer.dataset;
  expander.addEventListener("text-expander-change", ({ detail: { key, text, provide } }) => {
    provide(latestOf(listFor(key, text, composer)));
  });
  expander.addEventListener("text-expander-activate", () => {
    requestAnimationFrame(() => putAbove(expander.querySelector(".suggestions")));
    requestAnimationFrame(() => sayRole(expander.querySelector("textarea")));
  });
  expander.addEventListener("text-expander-value", (event) => {
    const { key, item } = event.detail;
    const { kind, id, value } = item.dataset;
    if (key === "/") {
      event.preventDefault();
      import("./slash-menu.js").then(({ choose }) => choose(item, composer));
      return;
    }
    event.detail.value = key === "@" ? `@${value}` : value;
    if (key === "@") composer.mention({ kind, id, text: value });
  });

  function listFor(key, text) {
    if (key === "@") return find(conversationId, text);
    if (key === ":") return import("./shortcodes.js").then(({ offer }) => offer(text));
    return import("./slash-menu.js").then(({ offer }) => offer(text, composer));
  }
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
function latestOf(answer) {
  const mine = answer.catch(() => NOTHING).then((found) => (mine === latest ? found : latest));
  latest = mine;
  return mine;
}

async function find(conversationId, text) {
  const query = encodeURIComponent(text.trim());
  const html = await fragment(`/c/${conversationId}/mentions?q=${query}`);
  const list = new DOMParser().parseFromString(html, "text/html").querySelector("ul");
  const isFound = Boolean(list?.querySelector("[role=option]"));
  return { matched: isFound, fragment: document.adoptNode(list) };
}
