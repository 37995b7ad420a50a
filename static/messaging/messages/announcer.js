/** Announces new messages of the open conversation to screen readers, several at once. */
import { word } from "../../platform/core/reader.js";

const PAUSE_MS = 1_200;
const SILENT_AFTER_MS = 10_000;
const LONGEST = 160;
let silence = null;
let waiting = [];
let timer = null;

export function announce(message) {
  waiting.push(message);
  if (timer === null) timer = setTimeout(speak, PAUSE_MS);
}

/** Say a sentence. What was said does not stay on the page: a message may be deleted. */
export function say(text) {
  const place = document.getElementById("announcer");
  if (!place) return;
  place.textContent = text;
  clearTimeout(silence);
  silence = setTimeout(() => place.replaceChildren(), SILENT_AFTER_MS);
}

function speak() {
  const [last] = waiting.slice(-1);
  const name = last.author.name;
  const text = plainText(last.html).slice(0, LONGEST);
  if (waiting.length === 1) say(word("said", { name, text }));
  else say(word("said-many", { count: waiting.length, name }));
  waiting = [];
  timer = null;
}

/** What HTML says, without running or loading anything of it. */
export function plainText(html) {
  return new DOMParser().parseFromString(html ?? "", "text/html").body.textContent.trim();
}
