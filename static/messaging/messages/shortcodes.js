/**
 * `:thumbs_up:` becomes an emoji. The codes are the names of the picker, in the reader's language
 * and in English, and the short ones that people know from elsewhere.
 */
import { reader } from "../../platform/core/reader.js";
import { fold, searchEmoji } from "./emoji-search.js";

const SHOWN = 8;
const FEWEST_LETTERS = 2;
const CODE = /(^|[\s(])(:[\p{L}\p{N}+][\p{L}\p{N}_+-]*:)/gu;
const APART = /(```[\s\S]*?(?:```|$)|`[^`\n]*`)/;
const KNOWN = new Map(
  Object.entries({
    "+1": "👍",
    "-1": "👎",
    100: "💯",
    bulb: "💡",
    clap: "👏",
    coffee: "☕",
    cry: "😢",
    eyes: "👀",
    facepalm: "🤦",
    fire: "🔥",
    heart: "❤️",
    joy: "😂",
    laughing: "😆",
    muscle: "💪",
    ok: "👌",
    ok_hand: "👌",
    party: "🎉",
    point_right: "👉",
    pray: "🙏",
    question: "❓",
    raised_hands: "🙌",
    rofl: "🤣",
    rocket: "🚀",
    shrug: "🤷",
    smile: "😄",
    sob: "😭",
    sweat_smile: "😅",
    tada: "🎉",
    thinking: "🤔",
    thumbsup: "👍",
    thumbsdown: "👎",
    warning: "⚠️",
    wave: "👋",
    white_check_mark: "✅",
    wink: "😉",
    x: "❌",
  }),
);

let loading = null;

/** What fits the letters after a colon, as a list for <text-expander>. */
export async function offer(text) {
  if (text.length < FEWEST_LETTERS || text.endsWith(":")) return { matched: false };
  const all = await entries();
  const words = text.replaceAll("_", " ");
  const known = [...KNOWN].filter(([code]) => code.startsWith(fold(text)));
  const found = [
    ...known.map(([code, emoji]) => [emoji, nameOf(all, emoji) ?? code, code]),
    ...searchEmoji(all, words, SHOWN).map(([emoji, name]) => [emoji, name, codeOf(name)]),
  ];
  const shown = [...new Map(found.map((one) => [one[0], one])).values()].slice(0, SHOWN);
  return { matched: shown.length > 0, fragment: listOf(shown) };
}

/** A text in which each code that there is has become its emoji; code stays as it is. */
export async function withEmoji(text) {
  const all = await entries();
  const codes = new Map(all.map(([emoji, name]) => [codeOf(name), emoji]));
  const emojiOf = (code) => KNOWN.get(code) ?? codes.get(code);
  const replaced = (part) =>
    part.replace(CODE, (whole, before, code) => {
      const emoji = emojiOf(fold(code.slice(1, -1)));
      return emoji ? before + emoji : whole;
    });
  return text
    .split(APART)
    .map((part, index) => (index % 2 ? part : replaced(part)))
    .join("");
}

function codeOf(name) {
  return fold(name)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .join("_");
}

function nameOf(all, emoji) {
  return all.find(([sign]) => sign === emoji)?.[1];
}

/** All emoji by their names: those of the reader's language first. */
function entries() {
  loading ??= Promise.all([...new Set([reader.language, "en"])].map(namesIn)).then((lists) => {
    const found = lists.flat();
    if (!found.length) loading = null; // to be tried again
    return found;
  });
  return loading;
}

async function namesIn(language) {
  try {
    const answer = await fetch(new URL(`../../vendor/emoji/${language}.json`, import.meta.url));
    return (await answer.json()).flatMap(({ emoji }) => emoji);
  } catch {
    return [];
  }
}

function listOf(found) {
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.append(
    ...found.map(([emoji, name, code], index) => {
      const option = document.createElement("li");
      option.className = "option";
      option.id = `shortcode-${index}`;
      option.setAttribute("role", "option");
      option.dataset.value = emoji;
      const sign = document.createElement("span");
      sign.textContent = emoji;
      const label = document.createElement("span");
      label.className = "option__name";
      label.textContent = name;
      const note = document.createElement("span");
      note.className = "option__note";
      note.textContent = `:${code}:`;
      option.append(sign, label, note);
      return option;
    }),
  );
  return list;
}
