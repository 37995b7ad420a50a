/** A form with `data-in-place` is sent without leaving the page: what is answered takes its place. */
import { csrfToken, refusalOf } from "../../platform/core/http.js";
import { complain } from "../messages/notices.js";

document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.("form[data-in-place]");
  if (!form || event.defaultPrevented) return;
  event.preventDefault();
  const headers = { "HX-Request": "true", "X-CSRF-Token": csrfToken() };
  const body = new FormData(form, event.submitter);
  try {
    const response = await fetch(form.action, { method: "POST", headers, body });
    if (!response.ok) throw refusalOf(response.status, null);
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    const [answer] = fresh.body.children;
    form.replaceWith(document.adoptNode(answer));
    answer.querySelector("button")?.focus();
  } catch (refusal) {
    complain(refusal.message);
  }
});
