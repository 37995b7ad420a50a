import { word } from "../core/reader.js";
import { formatWith, isFormatKey } from "../messages/composer-format.js";
import { Autosave } from "./autosave.js";

const WORDS_A_MINUTE = 200;

/**
 * <publication-editor data-url data-files>: one language at a time, formats, pictures dropped or
 * pasted, and what is written kept by itself.
 */
class PublicationEditor extends HTMLElement {
  #controller = new AbortController();

  connectedCallback() {
    this.form = this.querySelector("#editor");
    this.autosave = new Autosave(this.form, this.querySelector("[data-saved]"));
    this.#listen();
    this.#show(this.#first());
  }

  disconnectedCallback() {
    this.autosave.leave();
    this.#controller.abort();
  }

  #listen() {
    const { signal } = this.#controller;
    const on = (target, name, fn) => target.addEventListener(name, fn, { signal });
    on(this, "input", (event) => this.#typed(event));
    on(document, "change", (event) => this.#changed(event));
    on(this, "click", (event) => this.#clicked(event));
    on(this, "uploaded", ({ detail }) => this.#attach((data) => data.set("video_id", detail.id)));
    on(this, "submit", (event) => this.#submitted(event));
    on(this, "keydown", (event) => this.#pressed(event));
    on(this, "paste", (event) => this.#pasted(event));
    on(this, "dragover", (event) => this.#dragged(event));
    on(this, "drop", (event) => this.#dropped(event));
    on(window, "pagehide", () => this.autosave.leave());
  }

  #first() {
    const asked = location.hash.match(/^#text-(\w+)$/)?.[1];
    const faulty = this.querySelector("[data-text] [aria-invalid]")?.closest("[data-text]");
    return faulty?.dataset.text ?? asked ?? this.querySelector("[data-text]")?.dataset.text;
  }

  /** Show one language; the others stay in the form. */
  #show(language) {
    const texts = [...this.querySelectorAll("[data-text]")];
    const shown = texts.find(({ dataset }) => dataset.text === language) ?? texts[0];
    for (const text of texts) text.hidden = text !== shown;
    for (const chip of this.querySelectorAll("[data-language]")) {
      const isHere = chip.dataset.language === shown.dataset.text;
      if (isHere) chip.setAttribute("aria-current", "true");
      else chip.removeAttribute("aria-current");
    }
    this.#count();
  }

  get #field() {
    return this.querySelector("[data-text]:not([hidden]) .editor__body");
  }

  #typed({ target }) {
    if (!target.form || target.form !== this.form) return;
    this.#count();
    this.#mark();
    this.autosave.soon();
  }

  #changed({ target }) {
    if (target.form === this.form) {
      this.autosave.soon();
    } else if (target.matches(".editor__upload input[type=file]")) {
      this.#upload(target.files);
    }
  }

  #clicked(event) {
    const button = event.target.closest(
      "[data-language], [data-format], .editor__toolbar [data-action], [data-place]",
    );
    if (!button) return;
    const { language, format, action, place } = button.dataset;
    if (language) {
      event.preventDefault();
      this.#show(language);
      this.#field.focus();
    } else if (format) formatWith(format, this.#field);
    else if (action) this.querySelector(".editor__upload input[type=file]").click();
    else if (place) this.#place(place, wordsOf(button.closest(".row")));
  }

  #pressed(event) {
    if (event.target !== this.#field || !isFormatKey(event)) return;
    formatWith(isFormatKey(event), event.target);
    event.preventDefault();
  }

  async #pasted(event) {
    const files = event.clipboardData?.files ?? [];
    const html = event.clipboardData?.getData("text/html");
    if (files.length && !html) {
      event.preventDefault();
      this.#upload(files);
    } else if (html && event.target.matches(".editor__body")) {
      event.preventDefault();
      const { markdownOf } = await import("./pasted.js");
      const text = markdownOf(html, event.target.maxLength - event.target.value.length);
      document.execCommand("insertText", false, text);
    }
  }

  #dragged(event) {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  }

  #dropped(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.#upload(event.dataTransfer.files);
  }

  /** One after the other: each changes the edition. */
  async #upload(files) {
    this.#complain("");
    for (const file of files) await this.#attach((data) => data.set("file", file));
  }

  /** Hang on it what `add` puts into the form. */
  async #attach(add) {
    const data = new FormData();
    data.set("csrf_token", this.form.elements.csrf_token.value);
    add(data);
    return this.#sendOfFiles(this.dataset.files, data);
  }

  /** What is done with files is sent here; the whole form waits for it and for what is kept. */
  async #submitted(event) {
    const { target: form, submitter } = event;
    if (form.matches(".editor__alternative, .editor__files .row__end")) {
      event.preventDefault();
      if (form.ariaBusy) return; // pressed twice
      form.ariaBusy = "true";
      const url = form.getAttribute("action");
      const isDone = await this.#sendOfFiles(url, new FormData(form, submitter));
      form.ariaBusy = null;
      const next = this.#pictureOf(url)?.querySelector("button");
      if (isDone) (next ?? this.querySelector(".editor__upload input[type=file]")).focus();
    } else if (form !== this.form) {
      return;
    } else if (this.autosave.isBusy || this.#changedPictures().length) {
      event.preventDefault();
      submitter?.setAttribute("aria-busy", "true");
      const isKept = await this.#keepAll();
      submitter?.removeAttribute("aria-busy");
      if (isKept) form.requestSubmit(submitter);
    } else this.autosave.stop();
  }

  /** Wait for what is on its way, and keep what is said of pictures; whether all of it could. */
  async #keepAll() {
    await this.autosave.flush();
    for (const { form, url } of this.#changedPictures()) {
      if (!(await this.#sendOfFiles(url, new FormData(form)))) return false;
    }
    return true;
  }

  /** Where something is said of pictures that is not kept yet, and where that is sent. */
  #changedPictures() {
    return [...this.querySelectorAll(".editor__alternative")]
      .map((form) => ({ form, url: form.getAttribute("action") }))
      .filter(({ form }) => [...form.elements].some(isChanged));
  }

  #pictureOf(url) {
    return this.querySelector(`.editor__alternative[action="${url}"]`);
  }

  /** Say something of the files; what cannot be taken is said, and whether it could. */
  #sendOfFiles(url, data) {
    this.querySelector("#files").ariaBusy = "true";
    const sent = this.autosave.alone(async (edition) => {
      data.set("edition", edition);
      const answer = await fetch(url, {
        method: "POST",
        body: data,
        headers: { "HX-Request": "true", Accept: "application/problem+json, text/html" },
      }).catch(() => null);
      if (answer?.ok) this.#replaceFiles(await answer.text(), url);
      else this.#complain(await reason(answer));
      return answer?.ok ?? false;
    });
    return sent.finally(() => {
      this.querySelector("#files").ariaBusy = null;
    });
  }

  /** Show the files as they are now; what is being said of pictures that were not sent stays. */
  #replaceFiles(html, sent) {
    const made = new DOMParser().parseFromString(html, "text/html").querySelector("#files");
    const edition = made.querySelector("input[name=edition]").value;
    for (const { form, url } of this.#changedPictures()) {
      if (url === sent) continue;
      for (const field of [...form.elements].filter(isChanged)) {
        const place = made.querySelector(`[id="${field.id}"]`);
        if (place) place.value = field.value;
      }
    }
    this.querySelector("#files").replaceWith(made);
    this.autosave.edition = edition;
    window.htmx?.process(made);
  }

  #complain(text) {
    const place = this.querySelector("[data-file-error]");
    place.textContent = text;
    place.hidden = !text;
  }

  #place(id, words) {
    const field = this.#field;
    // Who has not written here yet wants it after the text, not before it.
    if (!field.selectionStart) field.setSelectionRange(...Array(2).fill(field.value.length));
    const before = field.value.slice(0, field.selectionStart);
    const gap = before && !before.endsWith("\n\n") ? (before.endsWith("\n") ? "\n" : "\n\n") : "";
    field.focus();
    const text = `${gap}![${words.replaceAll(/[[\]\n]/g, " ")}](file:${id})\n\n`;
    document.execCommand("insertText", false, text);
  }

  /** Whether the language that is shown still lacks a title or a text. */
  #mark() {
    const text = this.querySelector("[data-text]:not([hidden])");
    const chip = this.querySelector(`a[data-language="${text.dataset.text}"]`);
    const missing = chip.querySelector("[data-missing]");
    const fields = [...text.querySelectorAll("textarea")];
    if (missing) missing.hidden = fields.every(({ value }) => value.trim());
  }

  #count() {
    const place = this.querySelector("[data-count]");
    const count = this.#field.value.split(/\s+/).filter(Boolean).length;
    const minutes = Math.max(1, Math.round(count / WORDS_A_MINUTE));
    place.textContent = `${count} ${place.dataset.words} · ${minutes} ${place.dataset.minutes}`;
  }
}

/** What is said of a picture, also when it is not kept yet; nothing of what is no single picture. */
function wordsOf(row) {
  const isPicture = row.querySelector("[name=role]")?.value === "picture";
  return (isPicture && row.querySelector("[name=alternative]")?.value) || "";
}

/** Whether somebody has changed a field since it came. */
function isChanged(field) {
  if (field.type === "hidden" || field.type === "submit") return false;
  const { options } = field;
  return options
    ? [...options].some((option) => option.selected !== option.defaultSelected)
    : field.value !== field.defaultValue;
}

async function reason(answer) {
  const problem = await answer?.json?.().catch(() => null);
  return problem?.detail ?? word("no-answer");
}

customElements.define("publication-editor", PublicationEditor);
