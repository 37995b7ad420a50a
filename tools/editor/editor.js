/**
 * What `static/publishing/writing/` uses of what others wrote, as one file: `static/vendor/editor.js`.
 * `tools/vendor.py` builds it, once for each change of a version or of this list.
 */
export { Editor, Extension, getSchema, InputRule, Mark, mergeAttributes, Node } from "@tiptap/core";
export { Blockquote } from "@tiptap/extension-blockquote";
export { Bold } from "@tiptap/extension-bold";
export { Code } from "@tiptap/extension-code";
export { CodeBlock } from "@tiptap/extension-code-block";
export { Document } from "@tiptap/extension-document";
export { HardBreak } from "@tiptap/extension-hard-break";
export { Heading } from "@tiptap/extension-heading";
export { HorizontalRule } from "@tiptap/extension-horizontal-rule";
export { Italic } from "@tiptap/extension-italic";
export { BulletList, ListItem, ListKeymap, OrderedList } from "@tiptap/extension-list";
export { Paragraph } from "@tiptap/extension-paragraph";
export { Strike } from "@tiptap/extension-strike";
export { Table, TableRow } from "@tiptap/extension-table";
export { Text } from "@tiptap/extension-text";
export { Dropcursor, Gapcursor, Placeholder, UndoRedo } from "@tiptap/extensions";
export { DOMParser, DOMSerializer, Fragment, Slice } from "@tiptap/pm/model";
export { NodeSelection, Plugin, PluginKey, TextSelection } from "@tiptap/pm/state";
export { Decoration, DecorationSet } from "@tiptap/pm/view";
export { Suggestion } from "@tiptap/suggestion";
export { default as MarkdownIt } from "markdown-it";
export { MarkdownParser, MarkdownSerializer } from "prosemirror-markdown";
