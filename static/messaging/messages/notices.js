/** What went wrong with what somebody just did, beside where it was done. */
import { icon } from "../../platform/core/icon.js";
import { word } from "../../platform/core/reader.js";

const SHOWN_MS = 12_000;
let shown = null;

/** Say it above the composer; the next one takes its place. */
export function complain(text) {
  shown?.remove();
  const banner = document.createElement("div");
  const words = document.createElement("p");
  banner.className = "banner banner--bad";
  banner.setAttribute("role", "alert");
  words.className = "banner__text";
  words.textContent = text || word("no-answer");
  banner.append(icon("circle-alert"), words);
  (document.querySelector(".conversation__foot") ?? document.getElementById("banners")).prepend(
    banner,
  );
  shown = banner;
  setTimeout(() => banner.remove(), SHOWN_MS);
}

/** Do something that a server may refuse; what it says then is shown. */
export async function orComplain(work) {
  try {
    return await work();
  } catch (refusal) {
    if (refusal.status === undefined) throw refusal;
    complain(refusal.message);
    return undefined;
  }
}
