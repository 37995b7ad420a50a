/**
 * What is pasted from a word processor or a page, cleaned before anything parses it: its looks
 * would break the page's policy, and are not ours to keep. Word's lists become lists.
 */
const GONE =
  /<(style|script|xml|head|title|template|iframe|object|svg|math|noscript|select|textarea)\b/gi;
const EMPTY =
  /<\/?(?:[a-z][\w-]*:[\w-]+|meta|link|img|input|button|font|center|o|html|body)\b[^>]*>/gi;
const TAG = /<([a-z][a-z0-9]*)\b([^>]*)>/gi;
const LIST = /mso-list:\s*l(\d+)\s+level(\d+)/i;
const MARK = /^\s*\(?(\d{1,9}|[a-z]{1,4})[.)]/i;
const BLOCKS = "p, div, li, h1, h2, h3, h4, h5, h6, blockquote, pre, tr, br";

/** How many pictures were in it: they lie with the writer, and are not pasted with the text. */
export function picturesIn(html) {
  return html.match(/<img\b/gi)?.length ?? 0;
}

/** How many characters of text are in it at the most. */
export function lengthOf(html) {
  return said(html)
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/\s+/g, " ").length;
}

/** @param {string} html as a browser gives it */
export function cleaned(html) {
  const page = new DOMParser().parseFromString(bare(html), "text/html");
  const { body } = page;
  for (const part of body.querySelectorAll("[data-plain]")) part.replaceWith(...part.childNodes);
  for (const [name, tag] of [
    ["bold", "strong"],
    ["italic", "em"],
    ["strike", "s"],
  ]) {
    for (const part of body.querySelectorAll(`[data-${name}]`)) wrapInside(part, tag);
  }
  for (const table of body.querySelectorAll("table")) evenOut(table);
  makeLists(body);
  for (const part of body.querySelectorAll("p, h1, h2, h3, h4, h5, h6")) {
    if (!part.textContent.trim() && !part.closest("td, th")) part.remove();
  }
  return body.innerHTML;
}

/** The HTML with the tags and the few attributes that say something. */
function bare(html) {
  return said(html)
    .replaceAll(/<!\[[^>]*>/g, "")
    .replaceAll(EMPTY, "")
    .replaceAll(TAG, (_, name, attributes) => `<${name}${kept(name.toLowerCase(), attributes)}>`);
}

/** The HTML of what was selected, without comments and what is never shown. */
function said(html) {
  const start = html.indexOf("<!--StartFragment-->");
  const end = html.lastIndexOf("<!--EndFragment-->");
  const part = start >= 0 && end > start ? html.slice(start, end) : html;
  return without(
    without(part, /<!--/g, () => "-->"),
    GONE,
    (found) => `</${found[1]}`,
  );
}

/** A text without what stands between such a start and its end, the end included. */
function without(text, starts, endOf) {
  const lower = text.toLowerCase();
  let made = "";
  let from = 0;
  for (const found of text.matchAll(starts)) {
    if (found.index < from) continue;
    made += text.slice(from, found.index);
    const end = lower.indexOf(endOf(found).toLowerCase(), found.index);
    if (end < 0) return made;
    from = lower.indexOf(">", end) + 1 || text.length;
  }
  return made + text.slice(from);
}

function kept(name, attributes) {
  if (!attributes.trim()) return "";
  const style = attributeOf(attributes, "style");
  const list = LIST.exec(style);
  const words = [];
  const keep = (key, value) => value && words.push(` ${key}="${value.replaceAll('"', "&quot;")}"`);
  if (name === "a") keep("href", attributeOf(attributes, "href"));
  if (name === "ol") keep("start", /^\d{1,9}$/.exec(attributeOf(attributes, "start"))?.[0]);
  if (/^t[dh]$/.test(name)) {
    for (const key of ["colspan", "rowspan"]) keep(key, attributeOf(attributes, key));
    const align = attributeOf(attributes, "align") || /text-align:\s*(\w+)/i.exec(style)?.[1];
    if (/^(left|center|right)$/i.test(align ?? "")) keep("class", `align-${align.toLowerCase()}`);
  }
  if (list) words.push(` data-list="${list[1]}" data-level="${Math.min(list[2], 9)}"`);
  if (/mso-list:\s*Ignore/i.test(style)) words.push(' data-mark=""');
  if (/^(b|strong|i|em)$/.test(name)) {
    const isPlain = /(?:^|[;\s])font-(weight|style):\s*(normal|400)/i.test(style);
    if (isPlain) words.push(' data-plain=""');
  } else if (name === "span") {
    if (/font-weight:\s*(bold|[6-9]00)/i.test(style)) words.push(' data-bold=""');
    if (/font-style:\s*italic/i.test(style)) words.push(' data-italic=""');
    if (/text-decoration[^;]*line-through/i.test(style)) words.push(' data-strike=""');
  }
  return words.join("");
}

function attributeOf(attributes, name) {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, "i");
  const [, double, single, none] = found.exec(attributes) ?? [];
  return double ?? single ?? none ?? "";
}

function wrapInside(part, tag) {
  const around = part.ownerDocument.createElement(tag);
  around.append(...part.childNodes);
  part.append(around);
}

/** Each cell one line, each row as long as the others, the first row the head: as in Markdown. */
function evenOut(table) {
  if (table.parentElement.closest("table")) return; // its words stand in the cell around it
  const rows = [...table.querySelectorAll("tr")].filter((row) => row.closest("table") === table);
  for (const row of rows) {
    for (const cell of [...row.children]) {
      makeLine(cell);
      const more = Math.min(Number(cell.getAttribute("colspan")) || 1, 50) - 1;
      for (let at = 0; at < more; at += 1) cell.after(table.ownerDocument.createElement("td"));
    }
  }
  fillBelow(rows);
  const columns = Math.max(0, ...rows.map((row) => row.children.length));
  for (const row of rows) {
    while (row.children.length < columns) row.append(table.ownerDocument.createElement("td"));
  }
  for (const cell of [...(rows[0]?.children ?? [])]) {
    const head = table.ownerDocument.createElement("th");
    head.className = cell.className;
    head.append(...cell.childNodes);
    cell.replaceWith(head);
  }
  if (!columns) table.remove();
}

/** A cell over several rows leaves an empty one in each row below. */
function fillBelow(rows) {
  for (const [at, row] of rows.entries()) {
    for (const [column, cell] of [...row.children].entries()) {
      const below = Math.min(Number(cell.getAttribute("rowspan")) || 1, rows.length - at) - 1;
      for (let step = 1; step <= below; step += 1) {
        const next = rows[at + step].children[column];
        const empty = cell.ownerDocument.createElement("td");
        if (next) next.before(empty);
        else rows[at + step].append(empty);
      }
    }
  }
}

function makeLine(cell) {
  for (const block of [...cell.querySelectorAll(BLOCKS)]) block.after(" ");
  for (const block of [...cell.querySelectorAll("table, tbody, thead, tr, td, th, ul, ol")]) {
    block.replaceWith(...block.childNodes);
  }
  for (const block of [...cell.querySelectorAll(BLOCKS)]) block.replaceWith(...block.childNodes);
}

/** Word writes each item as a paragraph that names its list and how deep it stands. */
function makeLists(body) {
  let open = [];
  let last = null;
  for (const item of [...body.querySelectorAll("[data-list]")]) {
    const [level, mark] = [Number(item.dataset.level), takeMark(item)];
    const isNext = last && nextOf(last) === item;
    if (!isNext) open = [];
    open = open.filter((list) => list.level <= level);
    const tag = mark ? "ol" : "ul";
    if (open.at(-1)?.level === level && open.at(-1).tag !== tag) open.pop();
    if (open.at(-1)?.level !== level) open.push(begun(item, { level, tag, mark }, open.at(-1)));
    const line = item.ownerDocument.createElement("li");
    line.append(...item.childNodes);
    open.at(-1).list.append(line);
    last = open[0].list;
    item.remove();
  }
}

function begun(item, { level, tag, mark }, around) {
  const list = item.ownerDocument.createElement(tag);
  if (Number(mark) > 1) list.setAttribute("start", mark);
  if (around) (around.list.lastElementChild ?? around.list).append(list);
  else item.before(list);
  return { level, tag, list };
}

function nextOf(list) {
  let next = list.nextSibling;
  while (next && next.nodeType === 3 && !next.textContent.trim()) next = next.nextSibling;
  return next;
}

/** The number or letter of an item, "" for a bullet; it goes from its text. */
function takeMark(item) {
  const marks = [...item.querySelectorAll("[data-mark]")];
  const found = MARK.exec(marks.map((mark) => mark.textContent).join(""))?.[1] ?? "";
  for (const mark of marks) mark.remove();
  return found;
}
