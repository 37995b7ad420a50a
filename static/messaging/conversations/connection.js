/** Tells about the connection: a word at once, a banner when it matters. */
import { icon } from "../../platform/core/icon.js";
import { word } from "../../platform/core/reader.js";
import { watchState } from "../../platform/core/socket.js";

const WORD_AFTER_MS = 1_500;
const TELL_AFTER_MS = 30_000;

const banner = document.createElement("div");
banner.className = "banner banner--attn";
banner.hidden = true;
banner.setAttribute("role", "status");
let timers = [];

/** Where the banner stands: above the composer of the open conversation, else on top. */
function place() {
  const foot = document.querySelector(".conversation__foot");
  if (foot) foot.prepend(banner);
  else document.getElementById("banners")?.append(banner);
}

function show(name, symbol) {
  const text = document.createElement("p");
  text.className = "banner__text";
  text.textContent = word(name);
  banner.replaceChildren(icon(symbol), text);
  banner.dataset.says = name;
  banner.hidden = false;
  if (!banner.isConnected) place();
}

watchState((state) => {
  for (const timer of timers) clearTimeout(timer);
  timers = [];
  if (state === "offline" && document.querySelector(".conversation__foot")) {
    // It says more than the one that every page has: what is written here is sent later.
    document.querySelector("#banners [data-offline]")?.remove();
    show("offline", "cloud-off");
  } else if (state === "reconnecting" || state === "connecting") {
    timers = [
      setTimeout(() => show("reconnecting", "refresh-cw"), WORD_AFTER_MS),
      setTimeout(() => show("live-lost", "wifi-off"), TELL_AFTER_MS),
    ];
  } else {
    banner.hidden = true;
  }
});

watchState((state) => {
  document.documentElement.dataset.connection = state;
});
