/** What people say of now, beside their names: it comes while one looks, and goes at its end. */
import { icon } from "../../platform/core/icon.js";
import { dayOf, nameDay, timeOf, word } from "../../platform/core/reader.js";
import { rememberStatus } from "../messages/message-view.js";

const LONGEST_TIMER_MS = 24 * 3600 * 1000;
const LATE_MS = 500;
let timer = null;

/** Somebody set their status, or took it back (`status` null). */
export function tellStatus({ person_id: id, status }) {
  const shown = status && Date.parse(status.until) > Date.now() ? drawn(status) : null;
  rememberStatus(id, shown);
  const path = `/people/${id}`;
  for (const author of document.querySelectorAll(`.message__author[href="${CSS.escape(path)}"]`)) {
    author.parentElement.querySelector(".status")?.remove();
    if (shown) author.nextElementSibling.after(shown.cloneNode(true));
  }
  const face = `.conversation-link > [data-person-id="${CSS.escape(id)}"]`;
  for (const link of document.querySelectorAll(face)) inList(link.nextElementSibling, shown);
  for (const place of document.querySelectorAll(`[data-status-of="${CSS.escape(id)}"]`)) {
    place.hidden = !shown;
    place.replaceChildren(...(shown ? [shown.cloneNode(true)] : []));
  }
  waitForEnd();
}

/** It goes with what stands around it for its sake. */
function takeAway(status) {
  const place = status.closest("[data-status-of]");
  if (place) place.hidden = true;
  (status.closest(".conversation-link__note") ?? status).remove();
}

function inList(text, shown) {
  text.querySelector(".status")?.parentElement.remove();
  if (!shown) return;
  const note = document.createElement("span");
  note.className = "conversation-link__note";
  note.append(shown.cloneNode(true));
  text.querySelector(".conversation-link__name").after(note);
}

function drawn({ emoji, text, until }) {
  const status = document.createElement("span");
  status.className = "status";
  status.dataset.until = until;
  const end = document.createElement("span");
  end.className = text ? "status__until" : "visually-hidden";
  end.textContent = endOf(until);
  status.append(emoji || icon("clock", 16), ` ${text} `, end);
  return status;
}

/** Until a time of today, or the last whole day, as the server says it. */
function endOf(until) {
  if (dayOf(until) === dayOf(Date.now())) return word("until-time", { time: timeOf(until) });
  return word("until-day", { day: nameDay(dayOf(Date.parse(until) - 1000)) });
}

/** Take away what is over, and come back at the next end. */
export function waitForEnd() {
  clearTimeout(timer);
  let next = Number.POSITIVE_INFINITY;
  for (const status of document.querySelectorAll(".status[data-until]")) {
    const left = Date.parse(status.dataset.until) - Date.now();
    if (left > 0) next = Math.min(next, left);
    else takeAway(status);
  }
  if (next < Number.POSITIVE_INFINITY) {
    timer = setTimeout(waitForEnd, Math.min(next + LATE_MS, LONGEST_TIMER_MS));
  }
}

/** Beside the field for an emoji, all of them to choose from; typing one does as well. */
export function offerEmoji(field) {
  if (field.dataset.pickEmoji === "offered") return;
  field.dataset.pickEmoji = "offered";
  field.addEventListener("click", async () => {
    const { pickEmoji } = await import("../messages/emoji-picker.js");
    pickEmoji(
      field,
      (emoji) => {
        field.value = emoji;
      },
      { named: false },
    );
  });
}

waitForEnd();
