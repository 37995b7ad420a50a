/** The menu beside Send: when a message is to be sent. */
import { fragment, newId, request } from "../../platform/core/http.js";
import { placed } from "../../platform/core/placing.js";
import { reader } from "../../platform/core/reader.js";
import { toast } from "../../platform/core/toast.js";
import { elementOf, loadWritingStyles } from "./composing-styles.js";
import { drawScheduled } from "./scheduled-strip.js";

/**
 * @param {object} composer the <message-composer>
 * @param {HTMLElement} anchor
 */
export async function openLater(composer, anchor) {
  const { conversationId } = composer.dataset;
  const [html] = await Promise.all([fragment(`/c/${conversationId}/later`), loadWritingStyles()]);
  const panel = elementOf(html);
  document.body.append(panel);
  panel.addEventListener("toggle", ({ newState }) => newState === "closed" && panel.remove());
  panel.addEventListener("click", (event) => {
    const { sendAt } = event.target.closest("[data-send-at]")?.dataset ?? {};
    if (sendAt) schedule(composer, panel, sendAt);
  });
  panel.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const { day, hour } = event.target.elements;
    schedule(composer, panel, instantOf(day.value, hour.value));
  });
  panel.addEventListener("keydown", (event) => walk(event, panel));
  panel.showPopover();
  place(panel, anchor);
  panel.querySelector(".menu__item").focus();
}

async function schedule(composer, panel, sendAt) {
  if (new Date(sendAt) <= new Date()) {
    const error = panel.querySelector(".later__error");
    error.textContent = panel.dataset.over;
    error.hidden = false;
    return;
  }
  const { done, undo } = panel.dataset;
  panel.hidePopover();
  await composer.submitTo((body) => keep(composer, { body, sendAt, done, undo }));
}

/** Keep it for its time; what was written leaves the box only once it is kept. */
async function keep(composer, { body, sendAt, done }) {
  const { conversationId, parentId } = composer.dataset;
  const sent = {
    client_id: newId(),
    body,
    send_at: sendAt,
    parent_id: parentId,
    post_id: composer.form.elements.post_id?.value,
    file_ids: composer.uploads.files().map(({ id }) => id),
  };
  await composer.orComplain(async () => {
    const path = `/conversations/${conversationId}/scheduled_messages`;
    const kept = await request("POST", path, sent);
    const begun = composer.takeOut();
    drawScheduled(conversationId);
    toast(done.replace("{when}", kept.when), { undo: () => takeBack(composer, kept, begun) });
  });
}

async function takeBack(composer, kept, begun) {
  await composer.orComplain(async () => {
    await request("DELETE", `/scheduled_messages/${kept.id}`);
    composer.takeBack(begun);
    drawScheduled(composer.dataset.conversationId);
  });
}

/** An instant by the clock of the reader's zone, which may not be that of the browser. */
function instantOf(day, hour) {
  const wished = Date.parse(`${day}T${hour}:00Z`);
  const shown = (instant) => {
    const parts = new Intl.DateTimeFormat("sv", {
      timeZone: reader.zone,
      dateStyle: "short",
      timeStyle: "medium",
    }).format(instant);
    return Date.parse(`${parts.replace(" ", "T")}Z`);
  };
  let instant = wished;
  for (let round = 0; round < 2; round++) instant += wished - shown(instant);
  return new Date(instant).toISOString();
}

function walk(event, panel) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.target.matches("input")) return;
  event.preventDefault();
  const all = [...panel.querySelectorAll(".menu__item, input, .button")];
  all[(all.indexOf(document.activeElement) + step + all.length) % all.length].focus();
}

function place(panel, anchor) {
  const view = { width: innerWidth, height: innerHeight };
  const at = placed(anchor.getBoundingClientRect(), panel.getBoundingClientRect(), view);
  panel.style.left = `${at.left}px`;
  panel.style.top = `${at.top}px`;
  panel.style.maxBlockSize = `${at.height}px`;
}
