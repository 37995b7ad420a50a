/** What is pasted from a word processor or a page, as the Markdown that is written here. */
import TurndownService from "../vendor/turndown.js";

const DROPPED = "style, script, meta, link, title, xml, img, svg, math, object, iframe, template";

// Looks are left out before anything is parsed: the page's policy refuses them, and says so.
const LOOKS = /<style[\s\S]*?<\/style>|\sstyle=(?:"[^"]*"|'[^']*'|[^\s>]+)/gi;

const service = new TurndownService({
  headingStyle: "atx",
  bulletListMarker: "-",
  codeBlockStyle: "fenced",
  emDelimiter: "_",
});
service.addRule("cells", {
  filter: ["td", "th"],
  replacement: (content) => ` ${content.replaceAll(/\s+/g, " ").trim()} |`,
});
service.addRule("rows", { filter: "tr", replacement: rowOf });
service.addRule("tables", {
  filter: ["table", "tbody", "thead"],
  replacement: (content) => `\n${content.trim()}\n`,
});

/**
 * @param {string} html as a browser gives it
 * @param {number} limit of characters; the rest is left out
 */
export function markdownOf(html, limit) {
  const page = new DOMParser().parseFromString(html.replaceAll(LOOKS, ""), "text/html");
  for (const part of page.querySelectorAll(DROPPED)) part.remove();
  const text = service
    .turndown(page.body)
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
  return text.slice(0, Math.max(0, limit));
}

function rowOf(content, row) {
  const line = `|${content}`;
  const isFirst = !row.previousElementSibling && row.parentNode.tagName !== "TFOOT";
  const head = row.closest("table")?.querySelector("tr") === row;
  const rule = isFirst && head ? `\n|${" --- |".repeat(row.children.length)}` : "";
  return `${line}${rule}\n`;
}
