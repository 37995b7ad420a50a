/**
 * Markdown as the server reads it: `intranet/platform/core/html/markdown.py`, rule by rule, and the pictures
 * of `intranet/publishing/publications/texts.py`. What one sees while writing is so what will be read.
 */
import { MarkdownIt } from "../../vendor/editor.js";

const OFF = ["code", "lheading", "reference", "html_block", "html_inline", "entity"];
const SAFE = /^(?:https?:\/\/[^/\\]|mailto:[^/\\]|\/(?![/\\])|\/?$)/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in it
const UNSEEN = /[\u0000-\u0020\u007f]/;
const ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const MENTION = new RegExp(`@\\[([^\\[\\]\\n]{1,200})\\]\\((person|post|channel):(${ID})\\)`, "y");
const PICTURE = new RegExp(`^!\\[([^\\[\\]\\n]{0,500})\\]\\(file:(${ID})\\)[ \\t\\r]*$`);
const PICTURES = new RegExp(PICTURE.source, "gm");
const REST = /:\/\/[^\s<>[\]\\]*[^\s<>[\]\\*_~`.,;:!?'"()]\/?/y;
const LEVELS = 12;

/** An address as it stands in a text; nothing in it is a sign of Markdown. */
export const ADDRESS = /https?:\/\/[^\s<>[\]\\]*[^\s<>[\]\\*_~`.,;:!?'"()]\/?/g;

/** Whether an address leads to the web, to a mailbox, or to a page of ours. */
export function isSafeAddress(url) {
  return Boolean(url) && !UNSEEN.test(url) && SAFE.test(url);
}

/** How many lines of a text show a file. */
export function countPictures(text) {
  return text.match(PICTURES)?.length ?? 0;
}

/**
 * @param {{pictures: boolean}} kind whether files of the text stand in it
 */
export function reader({ pictures }) {
  const md = new MarkdownIt("commonmark", { html: false, breaks: true, maxNesting: 100 });
  md.enable(["table", "strikethrough"]).disable(OFF);
  md.validateLink = isSafeAddress;
  const link = ruleOf(md, "link");
  md.inline.ruler.at("image", (state, silent) => image(link, state, silent));
  md.inline.ruler.before("link", "mention", mention);
  md.inline.ruler.before("escape", "address", address);
  if (pictures) {
    const interrupts = ["paragraph", "blockquote", "list", "table"];
    md.block.ruler.before("table", "picture", picture, { alt: interrupts });
  }
  md.core.ruler.push("shape", shape);
  md.renderer.rules.mention = (tokens, at) => `<a>${JSON.stringify(tokens[at].meta)}</a>`;
  md.renderer.rules.picture = (tokens, at) => `<img>${JSON.stringify(tokens[at].meta)}\n`;
  return md;
}

/** Whether it is nested so deeply that the server shows it as it is written. */
export function isTooDeep(tokens) {
  return tokens.some(({ type, level }) => /(list|quote)_open$/.test(type) && level >= LEVELS);
}

function ruleOf(md, name) {
  // The library gives a rule back by no other way, and its functions have lost their names.
  return md.inline.ruler.__rules__.find((rule) => rule.name === name).fn;
}

/** An image is a link: nothing is fetched from elsewhere by reading. */
function image(link, state, silent) {
  if (!state.src.startsWith("![", state.pos)) return false;
  const before = state.tokens.length;
  state.pos += 1;
  if (!link(state, silent)) {
    state.pos -= 1;
    return false;
  }
  if (state.linkLevel) {
    const made = state.tokens.splice(before);
    state.tokens.push(...made.filter(({ type }) => !/^link_/.test(type)));
  }
  return true;
}

function mention(state, silent) {
  MENTION.lastIndex = state.pos;
  const found = MENTION.exec(state.src);
  if (!found) return false;
  state.pos = MENTION.lastIndex;
  if (silent) return true;
  const [, words, kind, id] = found;
  const text = words.trim().replace(/^@+/, "");
  if (state.linkLevel) state.pending += `@${text}`;
  else state.push("mention", "a", 0).meta = { kind, id, text };
  return true;
}

/** A bare address is one piece, so that `_` and `*` in it are no emphasis. */
function address(state, silent) {
  if (!/https?$/.test(state.src.slice(Math.max(0, state.pos - 5), state.pos))) return false;
  REST.lastIndex = state.pos;
  const found = REST.exec(state.src);
  if (!found) return false;
  if (!silent) state.pending += found[0];
  state.pos = REST.lastIndex;
  return true;
}

/** A file on a line of its own, which ends whatever stands before it. */
function picture(state, line, _end, silent) {
  const start = state.bMarks[line];
  if (start && state.src[start - 1] !== "\n") return false;
  const found = PICTURE.exec(state.src.slice(start, state.eMarks[line]));
  if (!found) return false;
  if (silent) return true;
  if (state.level) return false;
  state.line = line + 1;
  const token = state.push("picture", "img", 0);
  token.map = [line, line + 1];
  token.meta = { words: found[1], id: found[2] };
  return true;
}

/** What the server makes of the tokens at their end, and a paragraph in each cell. */
function shape(state) {
  const made = [];
  for (const token of state.tokens) {
    const isCell = /^t[dh]_/.test(token.type);
    if (isCell && token.nesting === -1) made.push(paragraph(state, -1));
    if (isCell && token.nesting === 1) {
      token.meta = { align: token.attrGet("style")?.replace("text-align:", "") ?? null };
    }
    if (token.children) token.children = [...named(state, token.children)];
    if (!/^t(head|body)_/.test(token.type)) made.push(token);
    if (isCell && token.nesting === 1) made.push(paragraph(state, 1));
  }
  state.tokens = made;
}

function paragraph(state, nesting) {
  return new state.Token(nesting === 1 ? "paragraph_open" : "paragraph_close", "p", nesting);
}

/** Links that lead nowhere are words; one without words shows where it leads. */
function* named(state, tokens) {
  let leads = true;
  for (const [at, token] of tokens.entries()) {
    const isOpen = token.type === "link_open";
    if (isOpen) {
      leads = Boolean(token.attrGet("href"));
      token.attrs = token.attrs.filter(([name]) => name !== "title");
    }
    if ((isOpen || token.type === "link_close") && !leads) continue;
    yield token;
    if (isOpen && tokens[at + 1]?.type === "link_close") {
      const words = new state.Token("text", "", 0);
      words.content = token.attrGet("href");
      yield words;
    }
  }
}
