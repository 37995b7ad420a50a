import { isSafeAddress } from "./rules.js";

/** The line under the toolbar in which one says where a link leads. */
export class LinkLine {
  /** @param {HTMLElement} line with a field and buttons */
  constructor(line, editor) {
    this.line = line;
    this.editor = editor;
    this.field = line.querySelector("input");
    line.addEventListener("keydown", (event) => this.#pressed(event));
    line.addEventListener("click", ({ target }) => {
      const action = target.closest("[data-link]")?.dataset.link;
      if (action === "set") this.#set();
      else if (action === "unset") this.#unset();
    });
  }

  open() {
    const editor = this.editor();
    this.field.value = editor.getAttributes("link").href ?? "";
    this.line.querySelector('[data-link="unset"]').hidden = !this.field.value;
    this.#complain(false);
    this.line.hidden = false;
    this.field.focus();
    this.field.select();
  }

  close() {
    this.line.hidden = true;
    this.editor().commands.focus();
  }

  #set() {
    const href = addressOf(this.field.value);
    if (!isSafeAddress(href)) {
      this.#complain(true);
      return;
    }
    const editor = this.editor();
    const chain = editor.chain().focus().extendMarkRange("link");
    const mark = { type: "link", attrs: { href } };
    if (editor.state.selection.empty && !editor.isActive("link")) {
      chain
        .insertContent({ type: "text", text: href.replace(/^mailto:/, ""), marks: [mark] })
        .run();
    } else chain.setMark("link", mark.attrs).run();
    this.line.hidden = true;
  }

  #unset() {
    this.editor().chain().focus().extendMarkRange("link").unsetMark("link").run();
    this.line.hidden = true;
  }

  #complain(isWrong) {
    const problem = this.line.querySelector("[data-problem]");
    problem.hidden = !isWrong;
    this.field.ariaInvalid = isWrong ? "true" : null;
    if (isWrong) this.field.focus();
  }

  #pressed(event) {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    if (event.target.closest("button") && event.key === "Enter") return;
    event.preventDefault(); // Enter would send the form
    event.stopPropagation();
    if (event.key === "Enter") this.#set();
    else this.close();
  }
}

/** As one types it: "monteclaro.es" is on the web, "ana@monteclaro.es" is a mailbox. */
export function addressOf(typed) {
  const text = typed.trim().replaceAll(" ", "%20");
  if (/^[a-z][a-z0-9+.-]*:|^\//i.test(text) || !text) return text;
  if (/^[^@/]+@[^@/]+\.[^@/]+$/.test(text)) return `mailto:${text}`;
  return `https://${text}`;
}
