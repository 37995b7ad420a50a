// What every page of somebody signed in does: one live connection, what waits, the switcher.
import { reader } from "../../platform/core/reader.js";
import "../../platform/core/read-only-time.js";
import { connect, listen } from "../../platform/core/socket.js";
import "../../delivery/files/picture-links.js";
import "../../delivery/files/video-player.js";
import { startPosting } from "../messages/posting.js";
import "../../attention/notifications/bell.js";
import "./connection.js";
import "./conversation-list.js";
import { startCounting } from "./counts.js";
import "./in-place.js";
import "./leaving.js";
import "./signed-out.js";
import "./switcher.js";

if (reader.isHere) {
  startCounting();
  startPosting();
  connect();
}

listen("status:changed", async (told) => (await import("./status.js")).tellStatus(told));

const STATUS_MS = 15_000;

/** A status may come with any part of a page, and a device that slept has missed its end. */
async function endStatuses() {
  if (document.querySelector("[data-until]")) (await import("./status.js")).waitForEnd();
}

endStatuses();
setInterval(endStatuses, STATUS_MS);
document.addEventListener("visibilitychange", endStatuses);

document.addEventListener("focusin", async ({ target }) => {
  if (target.matches?.("[data-pick-emoji]")) (await import("./status.js")).offerEmoji(target);
});

listen("availability", ({ person_id: id, state }) => {
  for (const face of document.querySelectorAll(`[data-person-id="${CSS.escape(id)}"] .avatar`)) {
    const dot = face.querySelector(".avatar__status") ?? document.createElement("span");
    dot.className = `avatar__status avatar__status--${state}`;
    if (state) face.append(dot);
    else dot.remove();
  }
});
