/** Keys that nobody gets caught by: out of tables, into the toolbar. */
import { Extension } from "../../vendor/editor.js";
import { goBelow } from "./arriving.js";

const ADDRESS = /^(?:https?:\/\/|mailto:)\S+$/i;

/** @param {{toToolbar: () => void, choices?: {isOpen: boolean}}} host */
export function keys(host) {
  return Extension.create({
    name: "keys",
    priority: 1100,
    addKeyboardShortcuts() {
      const { editor } = this;
      const isChoosing = () => host.choices?.isOpen;
      const inTable = () => !isChoosing() && editor.isActive("table");
      return {
        "Alt-F10": () => {
          host.toToolbar();
          return true;
        },
        Escape: () => {
          if (isChoosing()) return false;
          host.toToolbar();
          return true;
        },
        Tab: () => inTable() && (editor.commands.goToNextCell() || leaveTable(editor)),
        Enter: () => inTable() && (rowBelow(editor) || leaveTable(editor)),
        "Shift-Enter": () => inTable(),
        "Mod-Enter": () => inTable() && leaveTable(editor),
      };
    },
  });
}

/** Whether what is pasted over a selection is an address alone, and so its link. */
export function linkPasted(view, text, isSafe) {
  const address = text.trim();
  if (view.state.selection.empty || !ADDRESS.test(address) || !isSafe(address)) return false;
  const { from, to } = view.state.selection;
  const mark = view.state.schema.marks.link.create({ href: address });
  view.dispatch(view.state.tr.addMark(from, to, mark));
  return true;
}

/** From the last cell on, one goes on below the table: no key adds rows for ever. */
function leaveTable(editor) {
  const { $from } = editor.state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    if ($from.node(depth).type.name === "table") return goOn(editor, $from.after(depth));
  }
  return false;
}

function goOn({ state, view }, at) {
  view.dispatch(goBelow(state.tr, at).scrollIntoView());
  return true;
}

/** In a table, Enter goes to the cell below. */
function rowBelow(editor) {
  const { $from } = editor.state.selection;
  const row = depthOf($from, "tableRow");
  if (!row) return false;
  const table = $from.node(row - 1);
  const [line, column] = [$from.index(row - 1), $from.index(row)];
  if (line + 1 >= table.childCount) return false;
  let at = $from.after(row) + 1;
  const below = table.child(line + 1);
  for (let cell = 0; cell < Math.min(column, below.childCount - 1); cell += 1) {
    at += below.child(cell).nodeSize;
  }
  return editor.commands.focus(at + 2);
}

function depthOf(place, name) {
  for (let depth = place.depth; depth > 0; depth -= 1) {
    if (place.node(depth).type.name === name) return depth;
  }
  return 0;
}
