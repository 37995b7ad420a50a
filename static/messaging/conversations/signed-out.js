/** The end of a sign-in: a dialog that leads back here; what was being written is kept. */

import { forgetDevice } from "../../delivery/push/installing.js";
import { reader } from "../../platform/core/reader.js";
import { watchState } from "../../platform/core/socket.js";
import { forgetForGood, forgetOthers } from "../../platform/core/storage.js";

const dialog = document.getElementById("signed-out");
let isSigningOut = false;

watchState((state) => {
  if (state !== "signed-out" || !dialog || dialog.open || isSigningOut) return;
  const here = location.pathname + location.search + location.hash;
  dialog.querySelector("[data-signin]").href = `/signin?next=${encodeURIComponent(here)}`;
  dialog.showModal();
});

// Who signs out leaves nothing behind in this browser.
document.addEventListener("submit", (event) => {
  if (!event.target.matches('form[action="/signout"]')) return;
  isSigningOut = true;
  forgetForGood();
  forgetDevice().catch(() => {});
});

forgetOthers(reader.id);
