/**
 * The toolbar's changes to a text: pure, from `{text, start, end}` to the same, where `start` and
 * `end` are the selection.
 */
const AROUND = { bold: "**", italic: "_", code: "`" };
const QUOTED_CHARACTERS = 1_000;
const BEFORE = { list: () => "- ", quote: () => "> ", ordered: (index) => `${index + 1}. ` };

/** @param {"bold"|"italic"|"code"|"link"|"list"|"ordered"|"quote"|"table"} kind */
export function format(kind, state) {
  if (kind === "code" && chosen(state).includes("\n")) return fenced(state);
  if (AROUND[kind]) return around(state, AROUND[kind]);
  if (BEFORE[kind]) return lines(state, BEFORE[kind]);
  return kind === "link" ? link(state) : table(state);
}

/**
 * A text quoted and ready to be answered, under a link to where it stands.
 *
 * @param {string} source who said it, and when
 * @param {string} address
 */
export function quoted(text, source, address) {
  const said = text.trim();
  const quote = (said.length > QUOTED_CHARACTERS ? `${said.slice(0, QUOTED_CHARACTERS)}…` : said)
    .split("\n")
    .map((line) => `> ${line}`.trimEnd())
    .join("\n");
  return `> **[${source.replaceAll(/[[\]]/g, " ")}](${address})**\n>\n${quote}\n\n`;
}

function chosen({ text, start, end }) {
  return text.slice(start, end);
}

function replaced(state, from, to, words, start, end) {
  const text = state.text.slice(0, from) + words + state.text.slice(to);
  return { text, start, end };
}

function around(state, sign) {
  const { text, start, end } = state;
  const isInside = text.slice(start - sign.length, start) === sign && text.startsWith(sign, end);
  const length = sign.length;
  if (isInside) {
    return replaced(
      state,
      start - length,
      end + length,
      chosen(state),
      start - length,
      end - length,
    );
  }
  return replaced(state, start, end, sign + chosen(state) + sign, start + length, end + length);
}

function lines(state, sign) {
  const from = state.text.lastIndexOf("\n", state.start - 1) + 1;
  const found = state.text.indexOf("\n", state.end);
  const to = found < 0 ? state.text.length : found;
  const before = state.text.slice(from, to).split("\n");
  const isMarked = before.every((line, index) => line.startsWith(sign(index)));
  const after = before.map((line, index) =>
    isMarked ? line.slice(sign(index).length) : sign(index) + line,
  );
  const words = after.join("\n");
  return replaced(state, from, to, words, from + words.length, from + words.length);
}

function fenced(state) {
  const words = `\`\`\`\n${chosen(state)}\n\`\`\``;
  return replaced(state, state.start, state.end, words, state.start + 3, state.start + 3);
}

function link(state) {
  const words = chosen(state);
  if (/^https?:\/\/\S+$/.test(words)) {
    return replaced(
      state,
      state.start,
      state.end,
      `[](${words})`,
      state.start + 1,
      state.start + 1,
    );
  }
  const at = state.start + words.length + 3;
  return replaced(state, state.start, state.end, `[${words}](https://)`, at, at + 8);
}

function table(state) {
  const newLine = state.start > 0 && state.text[state.start - 1] !== "\n" ? "\n" : "";
  const words = `${newLine}|   |   |\n|---|---|\n|   |   |\n`;
  const at = state.start + newLine.length + 2;
  return replaced(state, state.start, state.end, words, at, at);
}
