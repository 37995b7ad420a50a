/**
 * <text-editor> around a <textarea> (templates/platform/core/_writing.html): what one sees is what will be
 * read. The textarea stays the form's field and holds Markdown; the editor stands in its place
 * and writes into it. Without script, and for a text that would change, one writes in the field.
 */
import {
  Dropcursor,
  Editor,
  Gapcursor,
  ListKeymap,
  Placeholder,
  UndoRedo,
} from "../../vendor/editor.js";
import { Arriving, holdPlace, put } from "./arriving.js";
import { choosing } from "./choosing.js";
import { run } from "./commands.js";
import { incoming, pastedAsMarkdown } from "./incoming.js";
import { keys } from "./keys.js";
import { LinkLine } from "./link-line.js";
import { Markdown } from "./markdown.js";
import { pictureView } from "./picture-view.js";
import { shapes } from "./shapes.js";
import { Toolbar } from "./toolbar.js";

const SOON_MS = 250;
const parts = document.getElementById("writing")?.content;

export class TextEditor extends HTMLElement {
  #life = null;
  #timer = null;
  #opened = { written: "", text: "" };
  #written = "";

  connectedCallback() {
    if (!parts || this.#life) return;
    this.#life = new AbortController();
    this.source = this.querySelector("textarea");
    this.#build();
    this.#listen();
    this.showAsRead({ focus: false });
  }

  disconnectedCallback() {
    this.flush();
    this.#life?.abort();
    this.#life = null;
    this.editor?.destroy();
  }

  /** A part of the template: toolbar, slash, picture. */
  part(name) {
    return parts.querySelector(`[data-kit="${name}"]`);
  }

  /** A sentence by its name, with `{values}` put in. */
  label(name, values = {}) {
    const text = parts.querySelector(`[data-say="${name}"]`)?.textContent.trim() ?? "";
    return text.replaceAll(/\{(\w+)\}/g, (_, key) => values[key]?.toLocaleString(reader()) ?? "");
  }

  /** What keeps the files of the text, where it has any. */
  get files() {
    return this.closest("[data-keeps-files]");
  }

  get isAsRead() {
    return Boolean(this.editor);
  }

  offers(name) {
    if (["picture", "file", "video"].includes(name)) return Boolean(this.files);
    return name !== "mention" || Boolean(this.dataset.mentions);
  }

  focus() {
    if (this.editor) this.editor.commands.focus();
    else this.source.focus();
  }

  toToolbar() {
    this.toolbar.focus();
  }

  /** What the editor cannot do by itself. */
  async act(name) {
    if (name === "link") this.linkLine.open();
    else if (name === "markdown") this.#showMarkdown();
    else if (name === "as-read") this.showAsRead({ focus: true });
    else if (name === "picture") this.insert(await this.chooseFile());
    else if (name === "file") this.files.chooseFile();
    else if (name === "video") this.files.chooseVideo();
    else run(name, this.editor);
  }

  /** Write what is seen into the field, now. */
  flush() {
    clearTimeout(this.#timer);
    if (!this.editor || this.editor.isDestroyed) return;
    const written = this.markdown.serialize(this.editor.state.doc);
    if (written === this.#written) return;
    this.#written = written;
    // What was only opened stays to the letter.
    this.source.value = written === this.#opened.written ? this.#opened.text : written;
    this.source.dispatchEvent(new InputEvent("input", { bubbles: true }));
    this.#weigh(written);
  }

  /** Show it as it will look; where it would change by that, say so and leave it as it is. */
  showAsRead({ focus }) {
    const { value } = this.source;
    const editor = this.made();
    this.markdown = new Markdown(editor.schema, { pictures: Boolean(this.files) });
    const line = this.markdown.changesAt(value);
    if (line) {
      editor.destroy();
      this.#swap(null);
      this.say(this.label("stays-markdown", { line }));
      if (focus) this.source.focus();
      return;
    }
    const doc = this.markdown.parse(value);
    editor.commands.setContent(doc.toJSON(), { emitUpdate: false });
    this.#written = this.markdown.serialize(editor.state.doc);
    this.#opened = { written: this.#written, text: value };
    this.#swap(editor);
    this.say("");
    this.#weigh(value);
    if (focus) editor.commands.focus();
  }

  /** Put a file that is there where the cursor is. */
  place(id, words) {
    if (!this.editor) return this.#placeInSource(id, words);
    const { state, view } = this.editor;
    const node = state.schema.nodes.picture.create({
      id,
      words: words.replaceAll(/[[\]\n]/g, " "),
    });
    const change = state.tr;
    // Nothing was written here yet: it goes after the text, not before it.
    put(change, node, this.wasUsed ? state.selection.to : state.doc.content.size);
    view.dispatch(change.scrollIntoView());
    return this.flush();
  }

  /** Send a file, with how far it is in its place, and show it there. */
  async insert(file, at) {
    if (!file) return;
    const line = this.part("arriving").firstElementChild.cloneNode(true);
    line.querySelector("span").textContent = this.label("arriving", { name: file.name });
    const bar = line.querySelector("progress");
    const end = holdPlace(this.editor.view, line, at);
    const id = await this.send(file, (share) => {
      bar.value = share;
    });
    const kept = id && this.files.fileOf(id);
    const isShown = kept && kept.kind !== "attachment";
    const { picture } = this.editor.schema.nodes;
    end(isShown ? picture.create({ id, words: kept.alternative ?? "" }) : undefined);
    this.flush();
  }

  /** @returns {Promise<string>} the id of a file that is sent, "" where it was refused */
  async send(file, progress) {
    const { id, problem } = await this.files.keep(file, progress);
    this.say(problem ?? "");
    return id ?? "";
  }

  chooseFile() {
    const field = this.querySelector("[data-chooser]");
    return new Promise((resolve) => {
      field.onchange = () => {
        resolve(field.files[0] ?? null);
        field.value = "";
      };
      field.oncancel = () => resolve(null);
      field.click();
    });
  }

  #build() {
    this.prepend(this.part("frame").cloneNode(true));
    this.frame = this.firstElementChild;
    this.frame.removeAttribute("data-kit");
    this.room = this.frame.querySelector("[data-room]");
    this.status = this.frame.querySelector("[data-status]");
    const row = this.frame.querySelector("[role=toolbar]");
    const files = row.querySelectorAll("[data-needs-files]");
    if (!this.files) for (const part of files) part.remove();
    this.id_ = this.source.id;
    this.name = document.querySelector(`label[for="${this.id_}"]`);
    if (this.name) this.name.id ||= `${this.id_}-label`;
    this.toolbar = new Toolbar(row, {
      editor: () => this.editor,
      act: (name) => this.act(name),
      leave: () => this.focus(),
    });
    this.linkLine = new LinkLine(this.frame.querySelector("[data-link-line]"), () => this.editor);
  }

  #listen() {
    const { signal } = this.#life;
    const flush = () => this.flush();
    // Before anybody asks the form what is in it.
    document.addEventListener("submit", flush, { signal, capture: true });
    window.addEventListener("pagehide", flush, { signal, capture: true });
    this.addEventListener("focusout", flush, { signal });
    this.addEventListener(
      "focusin",
      () => {
        this.wasUsed = true;
      },
      { signal },
    );
    const paste = (event) => pastedAsMarkdown(this, event);
    this.source.addEventListener("paste", paste, { signal });
    this.name?.addEventListener("click", () => this.editor?.commands.focus(), { signal });
  }

  /** An editor in its place, still empty. */
  made() {
    const editor = new Editor({
      element: this.room,
      injectCSS: false,
      extensions: [
        ...shapes({
          pictures: Boolean(this.files),
          picture: { addNodeView: () => pictureView(this) },
        }),
        ListKeymap,
        UndoRedo,
        Gapcursor,
        Dropcursor.configure({ color: false, class: "writing__drop" }),
        Placeholder.configure({ placeholder: this.source.placeholder }),
        keys(this),
        choosing(this),
        Arriving,
      ],
      editorProps: {
        attributes: this.#attributes(),
        ...incoming(this),
      },
      onUpdate: () => {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.flush(), SOON_MS);
      },
      onTransaction: () => this.editor && this.toolbar.draw(),
    });
    return editor;
  }

  #attributes() {
    const attributes = {
      role: "textbox",
      "aria-multiline": "true",
      class: "writing__text prose",
      lang: this.source.closest("[lang]").lang,
    };
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (this.source.hasAttribute(name)) attributes[name] = this.source.getAttribute(name);
    }
    if (this.source.required) attributes["aria-required"] = "true";
    return attributes;
  }

  /** The editor in the field's place, or the field; what has the field's id has the focus. */
  #swap(editor) {
    if (this.editor && this.editor !== editor) {
      this.editor.destroy();
      this.choices?.list.remove();
      this.choices = null;
    }
    this.editor = editor;
    const field = editor?.view.dom;
    this.source.hidden = Boolean(editor);
    this.source.id = editor ? `${this.id_}-source` : this.id_;
    if (this.name) this.name.htmlFor = editor ? "" : this.id_;
    this.frame.classList.toggle("writing--source", !editor);
    for (const part of this.frame.querySelectorAll("[data-when]")) {
      part.hidden = (part.dataset.when === "as-read") !== Boolean(editor);
    }
    if (field) {
      field.id = this.id_;
      field.setAttribute("aria-labelledby", this.name?.id ?? "");
      this.toolbar.draw();
    }
    this.dataset.mode = editor ? "as-read" : "markdown";
  }

  #showMarkdown() {
    this.flush();
    this.#swap(null);
    this.say("");
    this.source.focus();
  }

  /** A sentence about the text, above it; "" takes it away. */
  say(text) {
    const note = this.frame.querySelector("[data-note]");
    note.textContent = text;
    note.hidden = !text;
  }

  /** Say what cannot be kept as it is: a text that is too long, marks that Markdown cannot hold. */
  #weigh(text) {
    const most = this.source.maxLength;
    const over = most > 0 ? text.length - most : 0;
    if (over > 0) this.say(this.label("too-long", { count: over, limit: most }));
    else if (this.editor && !this.markdown.keeps(this.editor.state.doc, text)) {
      this.say(this.label("looks-different"));
    } else if (this.wasWarned) this.say("");
    this.wasWarned = over > 0;
  }

  #placeInSource(id, words) {
    const field = this.source;
    if (!field.selectionStart) field.setSelectionRange(...Array(2).fill(field.value.length));
    const before = field.value.slice(0, field.selectionStart);
    const gap = before && !before.endsWith("\n\n") ? (before.endsWith("\n") ? "\n" : "\n\n") : "";
    field.focus();
    const text = `${gap}![${words.replaceAll(/[[\]\n]/g, " ")}](file:${id})\n\n`;
    document.execCommand("insertText", false, text);
  }
}

function reader() {
  return document.documentElement.lang || "es";
}

customElements.define("text-editor", TextEditor);
