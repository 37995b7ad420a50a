import "../writing/text-editor.js";
import { Autosave } from "./autosave.js";
import { sent } from "./sending.js";

const WORDS_A_MINUTE = 200;

/**
 * <publication-editor data-url data-files data-keeps-files>: one language at a time, the files of
 * the text, and what is written kept by itself. Each text is a <text-editor>.
 */
class PublicationEditor extends HTMLElement {
  #controller = new AbortController();

  connectedCallback() {
    this.form = this.querySelector("#editor");
    this.autosave = new Autosave(this.form, this.querySelector("[data-saved]"));
    this.#listen();
    this.#show(this.#first());
    this.#tellTexts(); // they stand before this does
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
    on(this, "uploaded", ({ detail }) => this.#keepVideo(detail.id));
    on(this, "submit", (event) => this.#submitted(event));
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

  get #text() {
    return this.querySelector("[data-text]:not([hidden]) text-editor");
  }

  /** What is known of a file by its id; undefined of what is not here. */
  fileOf(id) {
    const row = this.querySelector(`#files [data-file="${id}"]`);
    if (!row) return undefined;
    const words = row.querySelector("[name=alternative]");
    return {
      name: row.dataset.name,
      kind: row.dataset.role,
      isImage: "image" in row.dataset,
      isDescribed: Boolean(words),
      alternative: words?.value.trim() ?? "",
    };
  }

  /** Send a file and keep it with the text: its id, or why not. */
  async keep(file, progress) {
    const before = this.#fileIds();
    const problem = await this.#attach((data) => data.set("file", file), progress);
    return problem ? { problem } : { id: this.#fileIds().find((id) => !before.includes(id)) };
  }

  /** Say what a picture shows. */
  describe(id, words) {
    const form = this.querySelector(`#files [data-file="${id}"] .editor__alternative`);
    form.elements.alternative.value = words;
    return this.#sendOfFiles(form.getAttribute("action"), new FormData(form));
  }

  chooseFile() {
    this.querySelector(".editor__upload input[type=file]").click();
  }

  chooseVideo() {
    this.placesVideo = true;
    this.querySelector(".editor__video input[type=file]").click();
  }

  #fileIds() {
    return [...this.querySelectorAll("#files [data-file]")].map(({ dataset }) => dataset.file);
  }

  async #keepVideo(id) {
    const before = this.#fileIds();
    await this.#attach((data) => data.set("video_id", id));
    const made = this.#fileIds().find((each) => !before.includes(each));
    if (made && this.placesVideo) this.#text.place(made, "");
    this.placesVideo = false;
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
    const button = event.target.closest("[data-language], [data-place]");
    if (!button) return;
    const { language, place } = button.dataset;
    if (language) {
      event.preventDefault();
      this.#show(language);
      this.#text.focus();
    } else if (place) this.#text.place(place, wordsOf(button.closest(".row")));
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
  async #attach(add, progress) {
    const data = new FormData();
    data.set("csrf_token", this.form.elements.csrf_token.value);
    add(data);
    return this.#sendOfFiles(this.dataset.files, data, progress);
  }

  /** What is done with files is sent here; the whole form waits for it and for what is kept. */
  async #submitted(event) {
    const { target: form, submitter } = event;
    if (form.matches(".editor__alternative, .editor__files .row__end")) {
      event.preventDefault();
      if (form.ariaBusy) return; // pressed twice
      form.ariaBusy = "true";
      const url = form.getAttribute("action");
      const isDone = !(await this.#sendOfFiles(url, new FormData(form, submitter)));
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
      if (await this.#sendOfFiles(url, new FormData(form))) return false;
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

  /** Say something of the files; gives why it cannot be taken, or "". */
  #sendOfFiles(url, data, progress) {
    this.querySelector("#files").ariaBusy = "true";
    const done = this.autosave.alone(async (edition) => {
      data.set("edition", edition);
      const { html, problem } = await sent(url, data, progress);
      if (html) this.#replaceFiles(html, url);
      this.#complain(problem);
      return problem;
    });
    return done.finally(() => {
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
    this.#tellTexts();
  }

  /** The pictures in the texts are drawn anew: what is known of the files has changed. */
  #tellTexts() {
    for (const text of this.querySelectorAll("text-editor")) {
      text.dispatchEvent(new Event("files-changed"));
    }
  }

  #complain(text) {
    const place = this.querySelector("[data-file-error]");
    place.textContent = text;
    place.hidden = !text;
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

customElements.define("publication-editor", PublicationEditor);
