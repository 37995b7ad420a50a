/** Files on their way: uploaded at once, with progress, cancel and retry; sent with the message. */
import { csrfToken, request } from "../../platform/core/http.js";
import { icon } from "../../platform/core/icon.js";
import { sizeOf, word } from "../../platform/core/reader.js";
import { pattern } from "./message-view.js";

const MOST = 10;

export class Uploads extends EventTarget {
  #list;
  #uploads = new Set();

  /** @param {HTMLUListElement} list in the composer */
  constructor(list) {
    super();
    this.#list = list;
  }

  get isEmpty() {
    return this.#uploads.size === 0;
  }

  /** Whether a file is not there yet, so that the message must wait. */
  get isBusy() {
    return [...this.#uploads].some((upload) => !upload.file);
  }

  /** What is there, as the server described it. */
  files() {
    return [...this.#uploads].map(({ file }) => file).filter(Boolean);
  }

  /** @param {Iterable<File>} files chosen, dropped or pasted */
  add(files) {
    for (const source of files) {
      if (this.#uploads.size >= MOST) return;
      const upload = this.#begin({ name: source.name, size: source.size });
      upload.source = source;
      this.#send(upload);
    }
  }

  /** Take up files that were uploaded for a draft. */
  restore(files) {
    for (const file of files) {
      const upload = this.#begin(file);
      upload.file = file;
      this.#arrived(upload);
    }
  }

  /** The message is on its way: let go of the files. */
  clear() {
    for (const { item } of this.#uploads) item.remove();
    this.#uploads.clear();
    this.#changed();
  }

  /** Store the words for those who cannot see the pictures. */
  async describe() {
    for (const { file, item } of this.#uploads) {
      const alternative = item.querySelector(".upload__alt").value.trim();
      if (!file || alternative === (file.alternative ?? "")) continue;
      file.alternative = alternative;
      await request("PATCH", `/files/${file.id}`, { alternative });
    }
  }

  #begin({ name, size }) {
    const item = pattern("upload");
    const upload = { item, source: null, file: null, call: null };
    item.querySelector(".upload__name").textContent = name;
    item.querySelector(".upload__meta").textContent = sizeOf(size);
    const button = (action) => item.querySelector(`[data-action="upload-${action}"]`);
    button("cancel").addEventListener("click", () => this.#cancel(upload));
    button("retry").addEventListener("click", () => this.#send(upload));
    button("retry").hidden = true;
    this.#uploads.add(upload);
    this.#list.append(item);
    this.#changed();
    return upload;
  }

  #send(upload) {
    const { item, source } = upload;
    const call = new XMLHttpRequest();
    const data = new FormData();
    data.append("file", source);
    upload.call = call;
    item.classList.remove("upload--failed");
    item.querySelector('[data-action="upload-retry"]').hidden = true;
    item.querySelector("progress").hidden = false;
    call.upload.addEventListener("progress", (event) => this.#progress(upload, event));
    call.addEventListener("load", () => this.#answered(upload));
    call.addEventListener("error", () => this.#failed(upload, word("upload-network")));
    call.open("POST", "/api/v1/files");
    call.setRequestHeader("X-CSRF-Token", csrfToken());
    call.send(data);
  }

  #progress({ item, source }, { loaded, total }) {
    const percent = Math.round((loaded / Math.max(total, 1)) * 100);
    item.querySelector("progress").value = percent;
    const words = { size: sizeOf(source.size), percent };
    item.querySelector(".upload__meta").textContent = word("upload-progress", words);
  }

  #answered(upload) {
    let answer = null;
    try {
      answer = JSON.parse(upload.call.responseText);
    } catch {
      // A proxy may answer with a page of its own.
    }
    if (upload.call.status >= 400 || !answer?.id) {
      const reason = Object.values(answer?.errors ?? {})[0] ?? answer?.detail;
      this.#failed(upload, reason ?? word("no-answer"));
      return;
    }
    upload.file = answer;
    this.#arrived(upload);
  }

  #arrived(upload) {
    const { item, file } = upload;
    item.querySelector("progress").hidden = true;
    item.querySelector(".upload__name").textContent = file.name;
    item.querySelector(".upload__meta").textContent = sizeOf(file.size);
    if (file.media_type.startsWith("image/")) {
      const words = item.querySelector(".upload__alt");
      words.hidden = false;
      words.value = file.alternative ?? "";
      item.querySelector(".tile").replaceChildren(icon("image"));
    }
    this.#changed();
  }

  #failed(upload, reason) {
    upload.item.classList.add("upload--failed");
    upload.item.querySelector("progress").hidden = true;
    upload.item.querySelector(".upload__meta").textContent = word("upload-failed", { reason });
    upload.item.querySelector('[data-action="upload-retry"]').hidden = false;
    this.#changed();
  }

  #cancel(upload) {
    upload.call?.abort();
    upload.item.remove();
    this.#uploads.delete(upload);
    if (upload.file) request("DELETE", `/files/${upload.file.id}`).catch(() => {});
    this.#changed();
  }

  #changed() {
    this.#list.hidden = this.isEmpty;
    this.dispatchEvent(new CustomEvent("changed"));
  }
}
