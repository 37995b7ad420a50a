/** The toolbar over the box: puts what `markdown-edit` says into it, so that Ctrl Z undoes it. */
import { format } from "./markdown-edit.js";

const KEYS = { b: "bold", i: "italic" };

/** The format that a key stands for, or undefined. */
export function isFormatKey({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  return (ctrlKey || metaKey) && !altKey && !shiftKey ? KEYS[key] : undefined;
}

/** @param {HTMLTextAreaElement} field */
export function formatWith(kind, field) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const after = format(kind, { text: value, start, end });
  field.focus();
  field.setSelectionRange(0, value.length);
  // The only way of changing a box that its undo knows; where it is gone, the value is set.
  if (!document.execCommand("insertText", false, after.text)) field.value = after.text;
  field.setSelectionRange(after.start, after.end);
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
