/** Changing one's own message in its place. Who comes second sees both texts and loses neither. */
import { request } from "../../platform/core/http.js";
import { reader, word } from "../../platform/core/reader.js";
import { ask, isOnline } from "../../platform/core/socket.js";
import { plainText } from "./announcer.js";
import { learn, messageOf, openConversation } from "./known.js";
import { withMarks, withoutMarks } from "./mention-text.js";
import { drawMessage, pattern } from "./message-view.js";

/** Put the text of a message into a box in its place. */
export function startEditing(message, article) {
  if (article.querySelector("[data-editing]")) return;
  const form = pattern("edit");
  const field = form.querySelector("textarea");
  const { text, mentions } = withoutMarks(message.body);
  const state = { article, message, mentions, bodyRev: message.body_rev };
  field.id = `${article.id}-edit`;
  form.querySelector("label").htmlFor = field.id;
  field.value = text;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(form, state);
  });
  form.querySelector('[data-action="cancel-edit"]').addEventListener("click", () => stop(state));
  field.addEventListener("keydown", (event) => pressed(event, form, state));
  article.querySelector(".message__body").replaceWith(form);
  field.focus({ preventScroll: true });
  field.setSelectionRange(text.length, text.length);
  keepInView(form);
}

/** The buttons stay in view as the text grows, and when the keyboard of a phone comes up. */
function keepInView(form) {
  const show = () => {
    form.scrollIntoView({ block: "nearest" });
    form.querySelector(".composer__bar").scrollIntoView({ block: "nearest" });
  };
  const sizes = new ResizeObserver(() => (form.isConnected ? show() : sizes.disconnect()));
  sizes.observe(form);
  sizes.observe(form.closest(".conversation__log, .thread__log") ?? document.body);
}

function pressed(event, form, state) {
  if (event.isComposing) return;
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    stop(state);
  } else if (event.key === "Enter" && !event.shiftKey && reader.entersSend) {
    event.preventDefault();
    form.requestSubmit();
  }
}

/** Draw the message as it is now, in place of the box. */
function stop({ article }) {
  const message = messageOf(article);
  const prefix = article.id.startsWith("t-") ? "t" : "m";
  const continued = article.classList.contains("message--continued");
  const fresh = drawMessage(message, { conversationId: openConversation(), prefix, continued });
  article.replaceWith(fresh);
  fresh.focus({ preventScroll: true });
}

async function save(form, state) {
  const button = form.querySelector('[type="submit"]');
  const body = withMarks(form.elements.body.value, state.mentions);
  button.setAttribute("aria-busy", "true");
  try {
    const stored = await change(state.message.id, body, state.bodyRev);
    form.remove();
    learn(stored);
    stop(state);
  } catch (refusal) {
    if (refusal.status === undefined) throw refusal;
    if (refusal.status === 409) await showOther(form, state);
    else complain(form, refusal.message || word("no-answer"));
  } finally {
    button.removeAttribute("aria-busy");
  }
}

async function change(id, body, bodyRev) {
  const answer = isOnline()
    ? await ask("message:edit", { id, body, body_rev: bodyRev })
    : await request("PATCH", `/messages/${id}`, { body, body_rev: bodyRev });
  return answer.message ?? answer;
}

/** Somebody, or oneself elsewhere, changed it meanwhile: show what it says now. */
async function showOther(form, state) {
  const answer = await request("GET", `/messages/${state.message.id}`);
  const theirs = answer.message ?? answer;
  learn(theirs);
  state.bodyRev = theirs.body_rev;
  complain(form, word("edit-conflict", { text: plainText(theirs.html) }));
}

function complain(form, text) {
  const place = form.querySelector(".composer__error");
  place.textContent = text;
  place.hidden = false;
}
