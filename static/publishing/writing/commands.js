/** What the buttons of the toolbar and the lines of the slash menu do, by name. */
const COMMANDS = {
  undo: (chain) => chain.undo(),
  redo: (chain) => chain.redo(),
  paragraph: (chain) => chain.unsetBlockquote().setParagraph(),
  heading: (chain) => chain.setHeading({ level: 2 }),
  subheading: (chain) => chain.setHeading({ level: 3 }),
  code: (chain) => chain.setCodeBlock(),
  bold: (chain) => chain.toggleBold(),
  italic: (chain) => chain.toggleItalic(),
  strike: (chain) => chain.toggleStrike(),
  list: (chain) => chain.toggleBulletList(),
  ordered: (chain) => chain.toggleOrderedList(),
  indent: (chain) => chain.sinkListItem("listItem"),
  outdent: (chain) => chain.liftListItem("listItem"),
  quote: (chain) => chain.toggleBlockquote(),
  rule: (chain) => chain.setHorizontalRule(),
  table: (chain) => chain.insertTable({ rows: 3, cols: 3, withHeaderRow: true }),
  "row-below": (chain) => chain.addRowAfter(),
  "row-out": (chain) => chain.deleteRow(),
  "column-after": (chain) => chain.addColumnAfter(),
  "column-out": (chain) => chain.deleteColumn(),
  "table-out": (chain) => chain.deleteTable(),
  mention: (chain) => chain.insertContent("@"),
};
const ON = {
  bold: ["bold"],
  italic: ["italic"],
  link: ["link"],
  list: ["bulletList"],
  ordered: ["orderedList"],
};

/** @returns {boolean} whether there is such a command */
export function run(name, editor) {
  if (!(name in COMMANDS)) return false;
  COMMANDS[name](editor.chain().focus()).run();
  return true;
}

/** Whether it stands where the cursor is; undefined for what never does. */
export function isOn(name, editor) {
  return ON[name] ? editor.isActive(...ON[name]) : undefined;
}

/** Whether it can be done where the cursor is. */
export function isPossible(name, editor) {
  if (name === "row-out") return isPossible("row-below", editor) && !isInHead(editor);
  if (name === "table" && editor.isActive("table")) return false;
  if (["bold", "italic", "link"].includes(name)) return !editor.isActive("codeBlock");
  if (!(name in COMMANDS) || name === "paragraph") return true;
  return COMMANDS[name](editor.can().chain()).run();
}

/** What the block with the cursor is called in the menu. */
export function blockOf(editor) {
  if (editor.isActive("codeBlock")) return "code";
  if (editor.isActive("blockquote")) return "quote";
  const { level } = editor.getAttributes("heading");
  if (!level) return "paragraph";
  return level > 2 ? "subheading" : "heading";
}

/** The first row of a table says what stands below it, and Markdown has no table without. */
function isInHead(editor) {
  return editor.isActive("tableHeader");
}
