import { fragment } from "./http.js";

/** Show in the page's dialog what an address has for it; where that fails, go there. */
export async function loadDialog(address) {
  const dialog = document.getElementById("dialog");
  const html = await fragment(address).catch(() => null);
  if (html === null) {
    location.assign(address);
    return;
  }
  const parsed = new DOMParser().parseFromString(html, "text/html");
  dialog.replaceChildren(
    ...[...parsed.body.childNodes].map((part) => document.importNode(part, true)),
  );
  const title = dialog.querySelector(".dialog__title");
  if (title) dialog.setAttribute("aria-label", title.textContent.trim());
  if (!dialog.open) dialog.showModal();
}
