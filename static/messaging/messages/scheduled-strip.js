/** What waits above a composer: drawn anew when it changes, sent, edited and let go from there. */
import { fragment, request } from "../../platform/core/http.js";
import { toast } from "../../platform/core/toast.js";
import { elementOf, fillDialog } from "./composing-styles.js";
import { orComplain } from "./notices.js";

/** Ask anew what the reader has scheduled in a conversation. */
export async function drawScheduled(conversationId) {
  for (const strip of document.querySelectorAll("[data-scheduled]")) {
    const { scheduled } = strip.dataset;
    if (!scheduled.startsWith(`/c/${conversationId}/`)) continue;
    await orComplain(async () => strip.replaceWith(elementOf(await fragment(scheduled))));
  }
}

/** @param {HTMLFormElement} row of the strip, or the form of a scheduled message in the dialog */
export async function sendNow(row) {
  const { scheduledId } = row.dataset;
  await orComplain(() => request("POST", `/scheduled_messages/${scheduledId}/send`));
}

/** Show text and time to be changed, over the conversation. */
export async function editScheduled(address) {
  await orComplain(async () => {
    const dialog = document.getElementById("dialog");
    const parsed = new DOMParser().parseFromString(await fragment(address), "text/html");
    const body = fillDialog(dialog, parsed);
    body.querySelector("[data-delete-scheduled]")?.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.close();
      letGo(event.target.closest("[data-delete-scheduled]").dataset);
    });
    dialog.showModal();
    body.querySelector("textarea")?.focus();
  });
}

/** Delete it; undone, it is scheduled again as it was. */
function letGo({ deleteScheduled: id, deleted }) {
  return orComplain(async () => {
    const was = await request("GET", `/scheduled_messages/${id}`);
    await request("DELETE", `/scheduled_messages/${id}`);
    toast(deleted, { undo: () => orComplain(() => scheduleAgain(was)) });
  });
}

function scheduleAgain(was) {
  const { client_id, body, send_at, parent_id, post_id, files } = was;
  const file_ids = files.map(({ id }) => id);
  const path = `/conversations/${was.conversation_id}/scheduled_messages`;
  return request("POST", path, { client_id, body, send_at, parent_id, post_id, file_ids });
}
