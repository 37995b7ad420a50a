/** What a text can hold, and how it looks while it is written: no more than Markdown keeps. */
import {
  Blockquote,
  Bold,
  BulletList,
  Code,
  CodeBlock,
  Document,
  Extension,
  HardBreak,
  Heading,
  HorizontalRule,
  Italic,
  ListItem,
  Mark,
  mergeAttributes,
  Node,
  OrderedList,
  Paragraph,
  Strike,
  Table,
  TableRow,
  Text,
} from "../../vendor/editor.js";
import { isSafeAddress } from "./rules.js";

const PLACES = { person: "/people/", post: "/posts/", channel: "/c/" };

/** `#` and `##` look alike on a page: right below its title. */
const OurHeading = Heading.extend({
  renderHTML: ({ node, HTMLAttributes }) => [
    `h${Math.max(2, node.attrs.level)}`,
    HTMLAttributes,
    0,
  ],
});

const Link = Mark.create({
  name: "link",
  priority: 1000,
  inclusive: false,
  addAttributes: () => ({ href: { default: "" } }),
  parseHTML: () => [
    {
      tag: "a[href]",
      getAttrs: (link) => isSafeAddress(link.getAttribute("href")) && null,
    },
  ],
  renderHTML: ({ HTMLAttributes }) => ["a", { href: HTMLAttributes.href, rel: "noopener" }, 0],
});

const Mention = Node.create({
  name: "mention",
  group: "inline",
  inline: true,
  atom: true,
  selectable: false,
  addAttributes: () => ({ kind: {}, id: {}, text: {} }),
  parseHTML: () => [
    {
      tag: "a.mention[data-id]",
      priority: 1100,
      getAttrs: (link) => ({
        kind: link.dataset.kind,
        id: link.dataset.id,
        text: link.textContent.replace(/^@+/, ""),
      }),
    },
  ],
  renderHTML: ({ node: { attrs } }) => [
    "a",
    {
      class: "mention",
      href: `${PLACES[attrs.kind]}${attrs.id}`,
      "data-kind": attrs.kind,
      "data-id": attrs.id,
    },
    `@${attrs.text}`,
  ],
  renderText: ({ node }) => `@${node.attrs.text}`,
});

/** Without widths of columns, which would be inline style. */
const OurTable = Table.extend({
  renderHTML: () => ["div", { class: "table-scroll" }, ["table", ["tbody", 0]]],
  addNodeView: null,
}).configure({ resizable: false });

/** A file of the text where it is shown: only between blocks, as the server reads it. */
const Picture = Node.create({
  name: "picture",
  group: "picture",
  atom: true,
  draggable: true,
  addAttributes: () => ({ id: { default: "" }, words: { default: "" } }),
  parseHTML: () => [
    {
      tag: "figure[data-file]",
      getAttrs: (figure) => ({ id: figure.dataset.file, words: figure.dataset.words ?? "" }),
    },
  ],
  renderHTML: ({ node: { attrs } }) => [
    "figure",
    { "data-file": attrs.id, "data-words": attrs.words },
    attrs.words,
  ],
});

/** What Markdown knows of lists and cells beyond what their nodes hold. */
const Attributes = Extension.create({
  name: "attributes",
  addGlobalAttributes: () => [
    {
      types: ["bulletList", "orderedList"],
      attributes: { tight: { default: true, rendered: false } },
    },
    {
      types: ["tableCell", "tableHeader"],
      attributes: {
        align: {
          default: null,
          parseHTML: (cell) => /align-(left|center|right)/.exec(cell.className)?.[1] ?? null,
          renderHTML: ({ align }) => (align ? { class: `align-${align}` } : {}),
        },
      },
    },
  ],
});

/**
 * @param {{pictures?: boolean, picture?: object}} [more] whether files stand in it, and how they
 *   are shown
 */
export function shapes({ pictures = true, picture } = {}) {
  return [
    Document.extend({ content: pictures ? "(block | picture)+" : "block+" }),
    Paragraph,
    Text,
    OurHeading,
    Bold,
    Italic,
    Strike,
    Code.extend({ excludes: "" }),
    CodeBlock,
    Blockquote,
    HorizontalRule,
    HardBreak,
    BulletList,
    OrderedList,
    ListItem.extend({ content: "block+" }),
    OurTable,
    TableRow,
    cell("tableCell", "td"),
    cell("tableHeader", "th"),
    Link,
    Mention,
    Attributes,
    ...(pictures ? [picture ? Picture.extend(picture) : Picture] : []),
  ];
}

/** A cell holds one line, as in Markdown. */
function cell(name, tag) {
  return Node.create({
    name,
    content: "paragraph",
    tableRole: name === "tableCell" ? "cell" : "header_cell",
    isolating: true,
    addAttributes: () => ({ colspan: { default: 1 }, rowspan: { default: 1 }, colwidth: {} }),
    parseHTML: () => [{ tag, getAttrs: () => ({ colspan: 1, rowspan: 1 }) }],
    renderHTML: ({ HTMLAttributes }) => {
      const { class: className } = HTMLAttributes;
      const own = name === "tableHeader" ? { scope: "col" } : {};
      return [tag, mergeAttributes(own, className ? { class: className } : {}), 0];
    },
  });
}
