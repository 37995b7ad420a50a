/** Between what is seen and what is stored: a document from Markdown, and Markdown from it. */
import { MarkdownParser, MarkdownSerializer } from "../../vendor/editor.js";
import { ADDRESS, countPictures, isTooDeep, reader } from "./rules.js";

const WORD = /[\p{L}\p{N}_]/u;
const AUTOLINK = /<(?=[a-z][^\s<>]*[:@][^\s<>]*>)/gi;
// After these, text on the very next line would be theirs.
const GOES_ON = /^(?:blockquote|table|bulletList|orderedList)$/;
const SIGNS = /[`*\\[\]_]|~~+/g;

/**
 * @param {object} schema of the editor
 * @param {{pictures: boolean}} kind
 */
export class Markdown {
  constructor(schema, { pictures = true } = {}) {
    this.pictures = pictures;
    this.md = reader({ pictures });
    this.parser = new MarkdownParser(schema, this.md, tokens(pictures));
    this.serializer = new MarkdownSerializer(nodes, marks, { hardBreakNodeName: "hardBreak" });
  }

  parse(text) {
    return this.parser.parse(text);
  }

  serialize(doc) {
    return this.serializer.serialize(doc);
  }

  /**
   * The line of a text from which on it would not be the same after opening and saving; 0 where
   * all of it stays, so that nobody loses text unseen.
   */
  changesAt(text) {
    const read = this.md.parse(text, {});
    if (isTooDeep(read)) return 1;
    const before = this.parse(text);
    const written = this.serialize(before);
    const after = this.parse(written);
    const isSame =
      before.eq(after) && sorted(this.md.render(text)) === sorted(this.md.render(written));
    if (isSame && (!this.pictures || countPictures(text) === countOf(before))) return 0;
    const lines = read.filter(({ level, nesting }) => level === 0 && nesting >= 0);
    const at = firstUnlike(before, after);
    return (lines[Math.min(at, lines.length - 1)]?.map?.[0] ?? 0) + 1;
  }

  /** Whether all words of a document can be written as they look. */
  keeps(doc, written) {
    const bare = (one) => one.textContent.replaceAll(/\s+/g, "");
    return bare(this.parse(written)) === bare(doc);
  }
}

/** HTML in which marks that hold the same words stand in one order. */
function sorted(html) {
  const inOrder = (tags) =>
    tags
      .match(/<[^>]+>/g)
      .sort()
      .join("");
  return html.replaceAll(/(?:<\/?(?:em|strong|s)>){2,}/g, inOrder);
}

function countOf(doc) {
  let count = 0;
  doc.forEach(({ type }) => {
    if (type.name === "picture") count += 1;
  });
  return count;
}

function firstUnlike(before, after) {
  for (let at = 0; at < before.childCount; at += 1) {
    if (at >= after.childCount || !before.child(at).eq(after.child(at))) return at;
  }
  return before.childCount - 1;
}

function tokens(pictures) {
  return {
    paragraph: { block: "paragraph" },
    blockquote: { block: "blockquote" },
    list_item: { block: "listItem" },
    bullet_list: { block: "bulletList", getAttrs: (_, all, at) => ({ tight: isTight(all, at) }) },
    ordered_list: {
      block: "orderedList",
      getAttrs: (token, all, at) => ({
        start: Number(token.attrGet("start") ?? 1),
        tight: isTight(all, at),
      }),
    },
    heading: { block: "heading", getAttrs: ({ tag }) => ({ level: Number(tag[1]) }) },
    fence: {
      block: "codeBlock",
      noCloseToken: true,
      getAttrs: ({ info }) => ({ language: info.trim() || null }),
    },
    hr: { node: "horizontalRule" },
    hardbreak: { node: "hardBreak" },
    softbreak: { node: "hardBreak" },
    table: { block: "table" },
    tr: { block: "tableRow" },
    th: { block: "tableHeader", getAttrs: ({ meta }) => ({ align: meta?.align ?? null }) },
    td: { block: "tableCell", getAttrs: ({ meta }) => ({ align: meta?.align ?? null }) },
    mention: { node: "mention", getAttrs: ({ meta }) => meta },
    em: { mark: "italic" },
    strong: { mark: "bold" },
    s: { mark: "strike" },
    link: { mark: "link", getAttrs: (token) => ({ href: token.attrGet("href") }) },
    code_inline: { mark: "code", noCloseToken: true },
    ...(pictures ? { picture: { node: "picture", getAttrs: ({ meta }) => meta } } : {}),
  };
}

/** Whether the lines of a list stand close: what its own paragraphs say, the first of them. */
function isTight(all, at) {
  const { level } = all[at];
  for (const token of all.slice(at + 1)) {
    if (token.level <= level) return true;
    if (token.type === "paragraph_open" && token.level === level + 2) return token.hidden;
  }
  return true;
}

const nodes = {
  paragraph(state, node) {
    state.renderInline(node);
    state.closeBlock(node);
  },
  blockquote(state, node) {
    state.wrapBlock("> ", null, node, () => state.renderContent(node));
  },
  heading(state, node) {
    state.write(`${"#".repeat(node.attrs.level)} `);
    state.renderInline(node, false);
    state.closeBlock(node);
  },
  codeBlock(state, node) {
    const longest = Math.max(2, ...(node.textContent.match(/`+/g) ?? []).map((one) => one.length));
    const fence = "`".repeat(longest + 1);
    state.write(`${fence}${node.attrs.language ?? ""}\n`);
    if (node.textContent) {
      state.text(node.textContent, false);
      state.write("\n");
    }
    state.write(fence);
    state.closeBlock(node);
  },
  horizontalRule(state, node) {
    state.write("___");
    state.closeBlock(node);
  },
  bulletList(state, node, parent, index) {
    const sign = isSecond(node, parent, index) ? "* " : "- ";
    state.renderList(node, "  ", () => sign);
  },
  orderedList(state, node, parent, index) {
    const sign = isSecond(node, parent, index) ? ") " : ". ";
    const start = node.attrs.start ?? 1;
    const widest = String(start + node.childCount - 1).length;
    const indent = " ".repeat(widest + sign.length);
    state.renderList(node, indent, (at) => `${start + at}${sign}`.padEnd(indent.length));
  },
  listItem(state, node) {
    node.forEach((child, _, at) => {
      const isClose = at && state.inTightList && !GOES_ON.test(node.child(at - 1).type.name);
      if (isClose) state.flushClose(1);
      state.render(child, node, at);
    });
  },
  table(state, node) {
    const rows = [];
    node.forEach((row) => {
      const cells = [];
      row.forEach((one) => {
        cells.push(lineOf(one));
      });
      rows.push(`| ${cells.join(" | ")} |`);
    });
    const rule = [];
    node.firstChild.forEach(({ attrs }) => {
      rule.push(RULES[attrs.align] ?? "---");
    });
    rows.splice(1, 0, `| ${rule.join(" | ")} |`);
    for (const [at, row] of rows.entries()) {
      if (at) state.ensureNewLine();
      state.write(row);
    }
    state.closeBlock(node);
  },
  picture(state, node) {
    state.write(`![${bare(node.attrs.words)}](file:${node.attrs.id})`);
    state.closeBlock(node);
  },
  mention(state, { attrs }) {
    state.write(`@[${bare(attrs.text)}](${attrs.kind}:${attrs.id})`);
  },
  hardBreak(state, _node, parent, index) {
    for (let at = index + 1; at < parent.childCount; at += 1) {
      if (parent.child(at).type.name === "hardBreak") continue;
      state.write(parent.type.name === "heading" ? " " : "\n");
      return;
    }
  },
  text(state, node, parent, index) {
    const isAfterBreak = parent.maybeChild(index - 1)?.type.name === "hardBreak";
    const isLink = node.marks.some(({ type }) => type.name === "link");
    const before = state.out.at(-1) ?? "";
    const isAtStart = state.atBlockStart || isAfterBreak;
    state.text(escaped(node.text, { isAtStart, isLink, before }), false);
  },
};

const RULES = { left: ":--", center: ":-:", right: "--:" };

const marks = {
  bold: { open: "**", close: "**", mixable: true, expelEnclosingWhitespace: true },
  strike: { open: "~~", close: "~~", mixable: true, expelEnclosingWhitespace: true },
  italic: {
    open: (_state, mark, parent, index) => emphasis(mark, parent, index, 1),
    close: (_state, mark, parent, index) => emphasis(mark, parent, index - 1, -1),
    mixable: true,
    expelEnclosingWhitespace: true,
  },
  link: {
    open: "[",
    close: (_state, mark) => `](${mark.attrs.href.replaceAll(/[()]/g, "\\$&")})`,
    mixable: true,
  },
  code: {
    open: (_state, _mark, parent, index) => backticks(parent.child(index).text, "open"),
    close: (_state, _mark, parent, index) => backticks(parent.child(index - 1).text, "close"),
    escape: false,
  },
};

/** Lists that touch have unlike signs, or they would be one. */
function isSecond(node, parent, index) {
  let isOther = false;
  for (let at = index - 1; at >= 0 && parent.child(at).type === node.type; at -= 1) {
    isOther = !isOther;
  }
  return isOther;
}

/** `_`, or `*` where it begins or ends within a word. */
function emphasis(mark, parent, index, step) {
  const isIn = (at) => at >= 0 && at < parent.childCount && mark.isInSet(parent.child(at).marks);
  let [first, last] = [index, index];
  while (isIn(first - 1)) first -= 1;
  while (isIn(last + 1)) last += 1;
  if (step === 1) first = index;
  const before = parent.maybeChild(first - 1)?.text?.at(-1) ?? "";
  const after = parent.maybeChild(last + 1)?.text?.[0] ?? "";
  return WORD.test(before) || WORD.test(after) ? "*" : "_";
}

function backticks(text, end) {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((one) => one.length));
  const signs = "`".repeat(longest + 1);
  const isPadded = /^`|`$/.test(text) || (/^ .* $/.test(text) && text.trim());
  if (!isPadded) return signs;
  return end === "open" ? `${signs} ` : ` ${signs}`;
}

function lineOf(one) {
  const state = new MarkdownSerializer(nodes, marks, { hardBreakNodeName: "hardBreak" });
  return state
    .serialize(one)
    .replaceAll(/\s*\n\s*/g, " ")
    .replaceAll("|", "\\|");
}

function bare(words) {
  return words.replaceAll(/[[\]\n]/g, " ");
}

/** Words as they are: what would be a sign of Markdown gets a backslash, addresses never. */
function escaped(text, { isAtStart, isLink, before }) {
  let made = "";
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const words = text.slice(from, found.index);
    made += escapedWords(words, isLink, made.at(-1) ?? before, found[0]) + found[0];
    from = found.index + found[0].length;
  }
  made += escapedWords(text.slice(from), isLink, made.at(-1) ?? before, "");
  return isAtStart ? escapedStart(made) : made;
}

function escapedWords(text, isLink, before, after) {
  const around = (at) => [text[at - 1] ?? before, text[at + 1] ?? after[0] ?? ""];
  return text
    .replaceAll(SIGNS, (sign, at) => {
      const [left, right] = around(at);
      if (sign === "_" && WORD.test(left) && WORD.test(right)) return sign;
      if (sign === "[" && !isLink && !/[@!]/.test(left)) return sign;
      if (sign === "]" && !isLink && right !== "(") return sign;
      return sign.replaceAll(/./g, "\\$&");
    })
    .replaceAll(AUTOLINK, "\\<")
    .replace(/<$/, after ? "\\<" : "<");
}

/** What means something only where a line begins. */
function escapedStart(text) {
  return text
    .replace(/^(\s*)([-+>])/, "$1\\$2")
    .replace(/^(\s*)(#{1,6})(\s|$)/, "$1\\$2$3")
    .replace(/^(\s*\d{1,9})([.)])(\s|$)/, "$1\\$2$3")
    .replace(/^(\s*)([|:])(?=[\s|:-]*-[\s|:-]*$)/, "$1\\$2");
}
