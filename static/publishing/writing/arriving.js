/** Where a file will stand that is still on its way: a line in the text with how far it is. */
import {
  Decoration,
  DecorationSet,
  Extension,
  Plugin,
  PluginKey,
  TextSelection,
} from "../../vendor/editor.js";

const key = new PluginKey("arriving");

export const Arriving = Extension.create({
  name: "arriving",
  addProseMirrorPlugins: () => [
    new Plugin({
      key,
      state: {
        init: () => DecorationSet.empty,
        apply(change, set) {
          const moved = set.map(change.mapping, change.doc);
          const { add, end } = change.getMeta(key) ?? {};
          if (add) return moved.add(change.doc, [Decoration.widget(add.at, add.line, add)]);
          return end ? moved.remove(moved.find(null, null, ({ id }) => id === end)) : moved;
        },
      },
      props: { decorations: (state) => key.getState(state) },
    }),
  ],
});

/**
 * Hold a place for a file.
 *
 * @param {object} view of the editor
 * @param {HTMLElement} line what stands there meanwhile
 * @param {number} [at] where; else where the cursor is
 * @returns {(node?: object) => void} puts the node there, or nothing, and gives the place up
 */
export function holdPlace(view, line, at = view.state.selection.from) {
  const id = {};
  view.dispatch(view.state.tr.setMeta(key, { add: { at, line, id } }));
  return (node) => {
    const [held] = key.getState(view.state).find(null, null, (spec) => spec.id === id);
    const change = view.state.tr.setMeta(key, { end: id });
    if (node) put(change, node, held?.from ?? view.state.selection.from);
    view.dispatch(change);
  };
}

/** Put a node between the blocks of a text, in the place of an empty one, and the cursor below. */
export function put(change, node, at) {
  const place = change.doc.resolve(Math.min(at, change.doc.content.size));
  const isEmpty = place.depth > 0 && !place.node(1).content.size;
  const start = place.depth ? (isEmpty ? place.before(1) : place.after(1)) : place.pos;
  if (isEmpty) change.replaceWith(start, place.after(1), node);
  else change.insert(start, node);
  goBelow(change, start + node.nodeSize);
}

/** The cursor at the beginning of the text at this place, which is made where there is none. */
export function goBelow(change, at) {
  if (!change.doc.resolve(at).nodeAfter?.isTextblock) {
    change.insert(at, change.doc.type.schema.nodes.paragraph.create());
  }
  return change.setSelection(TextSelection.create(change.doc, at + 1));
}
