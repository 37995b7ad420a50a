/** One picker for the page: the five named reactions first, then all, found by words. */
import { placed } from "../../platform/core/placing.js";
import { reader, word } from "../../platform/core/reader.js";
import { loadStyle } from "../../platform/core/style.js";
import { searchEmoji } from "./emoji-search.js";
import { NAMED } from "./reactions.js";

const style = loadStyle(new URL("../../bundles/composing.css", import.meta.url).href);
const data = new URL(`../../vendor/emoji/${reader.language}.json`, import.meta.url);
let picker = null;
let groups = null;
let choose = () => {};
let opener = null;
let expander = null;

/** Let somebody choose an emoji beside `anchor`; `fn` gets it. */
export async function pickEmoji(anchor, fn, { named = true } = {}) {
  await style;
  picker ??= build();
  (anchor.closest("dialog") ?? document.body).append(picker); // beside a dialog nothing is pressed
  choose = fn;
  opener = document.activeElement;
  expand(anchor);
  picker.querySelector(".emoji-picker__named").hidden = !named;
  picker.querySelector("input").value = "";
  picker.showPopover();
  place(anchor);
  picker.querySelector("input").focus();
  groups ??= await load();
  draw(picker.querySelector("input").value);
}

/** Say at the button that opened it that it is open: its name is not shown meanwhile. */
function expand(anchor) {
  expander?.setAttribute("aria-expanded", "false");
  expander = anchor?.matches("button, a") ? anchor : null;
  expander?.setAttribute("aria-expanded", "true");
}

async function load() {
  try {
    return await (await fetch(data)).json();
  } catch {
    return null;
  }
}

function build() {
  const element = document.createElement("div");
  element.className = "emoji-picker";
  element.popover = "auto";
  element.setAttribute("role", "dialog");
  element.setAttribute("aria-label", word("emoji"));
  const named = document.createElement("div");
  named.className = "emoji-picker__named";
  named.append(...NAMED.map(namedButton));
  const field = document.createElement("input");
  field.className = "input";
  field.type = "search";
  field.autocomplete = "off";
  field.setAttribute("aria-label", word("emoji-search"));
  field.placeholder = word("emoji-search");
  field.addEventListener("input", () => draw(field.value));
  const all = document.createElement("div");
  all.className = "emoji-picker__all";
  element.append(named, field, all);
  element.addEventListener("click", clicked);
  element.addEventListener("keydown", pressed);
  element.addEventListener("toggle", ({ newState }) => newState === "closed" && expand(null));
  return element;
}

function namedButton(emoji) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "reaction";
  button.dataset.pick = emoji;
  const sign = document.createElement("span");
  sign.setAttribute("aria-hidden", "true");
  sign.textContent = emoji;
  button.append(sign, ` ${word(emoji)}`);
  return button;
}

function draw(query) {
  const all = picker.querySelector(".emoji-picker__all");
  if (!groups) return;
  if (query.trim()) {
    const found = searchEmoji(
      groups.flatMap(({ emoji }) => emoji),
      query,
    );
    const none = document.createElement("p");
    none.className = "emoji-picker__none";
    none.textContent = word("emoji-none");
    all.replaceChildren(found.length ? grid(found) : none);
    return;
  }
  all.replaceChildren(
    ...groups.flatMap(({ group, emoji }) => {
      const heading = document.createElement("h2");
      heading.className = "emoji-picker__group";
      heading.textContent = word(`emoji-${group}`);
      return [heading, grid(emoji)];
    }),
  );
}

function grid(emoji) {
  const element = document.createElement("div");
  element.className = "emoji-picker__grid";
  element.append(
    ...emoji.map(([sign, name]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "emoji-picker__emoji";
      button.dataset.pick = sign;
      button.textContent = sign;
      button.title = name;
      button.setAttribute("aria-label", name);
      return button;
    }),
  );
  return element;
}

function clicked(event) {
  const emoji = event.target.closest("[data-pick]")?.dataset.pick;
  if (!emoji) return;
  picker.hidePopover();
  opener?.focus({ preventScroll: true });
  choose(emoji);
}

function pressed(event) {
  const buttons = [...picker.querySelectorAll(".emoji-picker__emoji")];
  const at = buttons.indexOf(document.activeElement);
  if (event.target.matches("input")) {
    if (event.key === "ArrowDown") move(event, buttons[0]);
    else if (event.key === "Enter") move(event, null, buttons[0]);
    return;
  }
  if (at < 0) return;
  const rows = Math.round(
    picker.querySelector(".emoji-picker__grid").clientWidth / buttons[0].offsetWidth,
  );
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: rows, ArrowUp: -rows };
  if (!(event.key in steps)) return;
  const next = buttons[at + steps[event.key]];
  move(event, next ?? (steps[event.key] < 0 ? picker.querySelector("input") : null));
}

function move(event, to, press) {
  event.preventDefault();
  to?.focus();
  press?.click();
}

function place(anchor) {
  const view = { width: innerWidth, height: innerHeight };
  const { width, height } = picker.getBoundingClientRect();
  const box = anchor.getBoundingClientRect();
  const align = box.left > view.width / 2 ? "end" : "start";
  const at = placed(box, { width, height }, view, { align });
  picker.style.inset = `${at.top}px auto auto ${at.left}px`;
  picker.style.margin = "0";
}
