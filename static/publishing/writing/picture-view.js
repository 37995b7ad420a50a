import { goBelow } from "./arriving.js";

/** A file in the text while one writes: itself, what it shows in words, and what can be done. */
export function pictureView(host) {
  return ({ editor, node, getPos }) => new PictureView(host, editor, node, getPos);
}

class PictureView {
  #closed = new AbortController();

  constructor(host, editor, node, getPos) {
    this.host = host;
    this.editor = editor;
    this.node = node;
    this.getPos = getPos;
    this.dom = host.part("picture").firstElementChild.cloneNode(true);
    const { signal } = this.#closed;
    this.#part("words").addEventListener("change", () => this.#describe(), { signal });
    this.#part("words").addEventListener("keydown", (event) => this.#pressed(event), { signal });
    this.dom.addEventListener("click", (event) => this.#clicked(event), { signal });
    host.addEventListener("files-changed", () => this.#draw(), { signal });
    this.#draw();
  }

  update(node) {
    if (node.type !== this.node.type) return false;
    this.node = node;
    this.#draw();
    return true;
  }

  /** What is typed and pressed within is for it, not for the text around it. */
  stopEvent(event) {
    return Boolean(event.target.closest?.("button, input")) && !/^drag|^drop/.test(event.type);
  }

  ignoreMutation() {
    return true;
  }

  destroy() {
    this.#closed.abort();
  }

  #part(name) {
    return this.dom.querySelector(`[data-part="${name}"]`);
  }

  #draw() {
    const { id, words } = this.node.attrs;
    const file = this.host.files?.fileOf?.(id) ?? { name: words, kind: "" };
    const isPicture = Boolean(file.isImage);
    const [image, name, field] = ["image", "name", "words"].map((each) => this.#part(each));
    const address = `/files/${id}`;
    if (isPicture && image.getAttribute("src") !== address) image.src = address;
    image.hidden = !isPicture;
    image.alt = file.alternative || words;
    name.hidden = isPicture;
    name.textContent = file.kind ? file.name : `${words} ${this.host.label("no-file")}`.trim();
    this.#part("said").hidden = !isPicture || !file.isDescribed;
    field.id ||= `words-${id}-${Math.random().toString(36).slice(2, 8)}`;
    this.#part("label").htmlFor = field.id;
    if (document.activeElement !== field) field.value = file.alternative ?? "";
    this.#part("missing").hidden = !isPicture || !file.isDescribed || Boolean(file.alternative);
    const caption = words && words !== file.alternative ? words : "";
    this.#part("caption").textContent = isPicture ? caption : "";
  }

  /** What it shows is said of the file; the words in the text follow where they said the same. */
  async #describe() {
    const { id, words } = this.node.attrs;
    const said = this.#part("words").value.trim();
    const before = this.host.files.fileOf(id)?.alternative ?? "";
    if (said === before) return;
    if (!words || words === before) this.#change({ id, words: bare(said) });
    await this.host.files.describe(id, said);
    this.#draw();
  }

  #change(attrs) {
    const { state, view } = this.editor;
    view.dispatch(state.tr.setNodeMarkup(this.getPos(), undefined, attrs));
  }

  #pressed(event) {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault(); // Enter would send the form
    if (event.key === "Enter") this.#describe();
    else this.#draw();
    const { state, view } = this.editor;
    view.dispatch(goBelow(state.tr, this.getPos() + this.node.nodeSize));
    view.focus();
  }

  async #clicked({ target }) {
    const action = target.closest("[data-picture]")?.dataset.picture;
    if (action === "remove") {
      const at = this.getPos();
      this.editor
        .chain()
        .deleteRange({ from: at, to: at + this.node.nodeSize })
        .focus(at)
        .run();
    } else if (action === "change") {
      const file = await this.host.chooseFile();
      const id = file && (await this.host.send(file));
      if (id) this.#change({ id, words: bare(this.host.files.fileOf(id)?.alternative ?? "") });
    }
  }
}

function bare(words) {
  return words.replaceAll(/[[\]\n]/g, " ");
}
