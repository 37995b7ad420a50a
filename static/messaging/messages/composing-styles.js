import { loadStyle } from "../../platform/core/style.js";

/** The stylesheet of what comes while one writes, loaded once, with the first thing of it. */
export function loadWritingStyles() {
  return loadStyle(new URL("../../bundles/composing.css", import.meta.url).href);
}

/** What an address answers as a part of a page: its first element. */
export function elementOf(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  return document.importNode(parsed.body.firstElementChild, true);
}

/** Put a part of a page into the dialog of the page, called as its heading. */
export function fillDialog(dialog, parsed) {
  const body = document.createElement("div");
  body.className = "dialog__body";
  body.append(...parsed.body.childNodes);
  dialog.replaceChildren(body);
  dialog.setAttribute("aria-label", body.querySelector("h2")?.textContent.trim() ?? "");
  return body;
}
