import { sizeOf, word } from "../../platform/core/reader.js";
import { Resumable } from "./resumable.js";
import { UploadDoor } from "./upload-door.js";

/**
 * <video-upload name="…"> around a file field (templates/delivery/files/_upload.html): sends the video in
 * parts as soon as it is chosen, and puts its id into the form in the place of its bytes. Tells
 * `uploaded` with the file. Without it the form sends the video in one piece.
 */
class VideoUpload extends HTMLElement {
  #off = null;
  #door = null;
  #sending = null;

  connectedCallback() {
    this.#off = new AbortController();
    const { signal } = this.#off;
    this.#field.addEventListener("change", () => this.#choose(), { signal });
    for (const [name, act] of Object.entries({
      pause: () => this.#sending?.pause(),
      resume: () => this.#sending?.start(),
      cancel: () => this.#cancel(),
    })) {
      this.#button(name).addEventListener("click", act, { signal });
    }
    this.#form?.addEventListener("submit", (event) => this.#hold(event), { signal, capture: true });
  }

  disconnectedCallback() {
    this.#off.abort();
    this.#sending?.pause();
  }

  get #field() {
    return this.querySelector('input[type="file"]');
  }

  get #id() {
    return this.querySelector('input[type="hidden"]');
  }

  get #form() {
    return this.#field.form;
  }

  get #isBusy() {
    return Boolean(this.#sending) && !this.#sending.file;
  }

  #button(action) {
    return this.querySelector(`[data-action="${action}"]`);
  }

  #part(name) {
    return this.querySelector(`.upload__${name}`);
  }

  #choose() {
    const [file] = this.#field.files;
    if (!file) return;
    this.#door = new UploadDoor(file);
    this.#sending = new Resumable(file.size, this.#door);
    this.#part("name").textContent = file.name;
    this.#sending.addEventListener("changed", () => this.#show(file));
    this.#sending.start();
  }

  /** The form would send the bytes once more, or leave before they are there. */
  #hold(event) {
    if (this.#isBusy) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.#say(this.dataset.wait);
      return;
    }
    this.#field.disabled = Boolean(this.#sending);
  }

  async #cancel() {
    const [door, file] = [this.#door, this.#sending?.file];
    this.#sending?.pause();
    this.#sending = null;
    this.#id.disabled = true;
    this.#field.value = "";
    this.#field.disabled = false;
    this.querySelector(".upload").hidden = true;
    this.querySelector(".field").hidden = false;
    this.#field.focus();
    this.dispatchEvent(new CustomEvent("cancelled", { bubbles: true, detail: file }));
    await door?.discard();
  }

  #show(file) {
    const { state, offset, reason } = this.#sending;
    const box = this.querySelector(".upload");
    const held = this.contains(document.activeElement) && document.activeElement;
    this.querySelector(".field").hidden = true;
    box.hidden = false;
    box.classList.toggle("upload--failed", state === "failed");
    const bar = box.querySelector("progress");
    bar.value = offset / file.size;
    bar.hidden = state === "failed" || state === "done";
    this.#button("pause").hidden = state !== "sending" && state !== "waiting";
    this.#button("resume").hidden = state !== "paused";
    // The focus does not go with what is hidden.
    if (held && held.offsetParent === null) box.querySelector("button:not([hidden])").focus();
    this.#say(this.#words(state, file, offset, reason));
    if (state === "done") this.#arrived();
  }

  #words(state, { size }, offset, reason) {
    if (state === "failed") {
      return word("upload-failed", { reason: reason || word("no-answer") });
    }
    if (state === "done") return sizeOf(size);
    const percent = Math.floor((offset / size) * 100);
    const progress = word("upload-progress", { size: sizeOf(size), percent });
    const more = { paused: this.dataset.paused, waiting: this.dataset.waiting }[state];
    return more ? `${progress} · ${more}` : progress;
  }

  #say(text) {
    const line = this.#part("meta");
    if (line.textContent !== text) line.textContent = text;
  }

  #arrived() {
    const { file } = this.#sending;
    this.#door.forget();
    this.#id.value = file.id;
    this.#id.disabled = false;
    this.dispatchEvent(new CustomEvent("uploaded", { bubbles: true, detail: file }));
  }
}

customElements.define("video-upload", VideoUpload);
