/** A poll for the people of a channel, asked in a dialog over the conversation. */
import { fragment } from "../../platform/core/http.js";
import { fillDialog, loadWritingStyles } from "./composing-styles.js";

/** @param {object} composer the <message-composer> of the channel */
export async function openPoll(composer) {
  const address = `/c/${composer.dataset.conversationId}/poll`;
  const [html] = await Promise.all([fragment(address), loadWritingStyles()]);
  const dialog = document.getElementById("dialog");
  const draw = (text) => {
    const body = fillDialog(dialog, new DOMParser().parseFromString(text, "text/html"));
    const form = body.querySelector("form");
    form.addEventListener("input", () => grow(form));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      composer.orComplain(async () => {
        const refused = await send(address, form);
        if (refused) draw(refused);
        else dialog.close();
      });
    });
    form.elements.title.focus();
  };
  draw(html);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input[name=title]").focus();
}

/** One more choice appears while the last is being filled. */
function grow(form) {
  const all = [...form.querySelectorAll("[name=option]")];
  const last = all.at(-1);
  if (!last.value || all.length >= Number(form.dataset.most)) return;
  const next = last.cloneNode();
  next.value = "";
  next.required = false;
  next.setAttribute("aria-label", last.ariaLabel.replace(/\d+/, all.length + 1));
  last.after(next);
}

/** Resolves to the form again if it was refused. */
async function send(address, form) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "HX-Request": "true" },
    body: new URLSearchParams(new FormData(form)),
  });
  if (answer.status === 204) return "";
  if (answer.status !== 422) throw Object.assign(new Error(""), { status: answer.status });
  return answer.text();
}
