/** The server's side of a file that is sent in parts, and which of them were begun in this browser. */
import { csrfToken, Refusal, refusalOf, request } from "../../platform/core/http.js";
import { reader } from "../../platform/core/reader.js";
import { PersonalStorage } from "../../platform/core/storage.js";

const PREFIX = "upload:";

export class UploadDoor {
  #file;
  #kept = new PersonalStorage(reader.id);
  #id = null;

  /** @param {File} file */
  constructor(file) {
    this.#file = file;
    this.#id = this.#kept.read(this.#key) ?? null;
  }

  /** Take up what was begun before the page was left, else begin. */
  async begin() {
    if (this.#id) {
      try {
        return await this.ask();
      } catch (refusal) {
        if (refusal.status !== 404) throw refusal;
      }
    }
    const { name, size } = this.#file;
    const upload = await request("POST", "/uploads", { name, size });
    this.#id = upload.id;
    this.#kept.write(this.#key, upload.id);
    return upload;
  }

  ask() {
    return this.#id ? request("GET", `/uploads/${this.#id}`) : this.begin();
  }

  /** Send a part; a request that `fetch` makes would not tell how far it is. */
  send(from, to, told, signal) {
    return new Promise((resolve, reject) => {
      const call = new XMLHttpRequest();
      const lost = () => reject(new Refusal(""));
      signal.addEventListener("abort", () => call.abort(), { once: true });
      call.upload.addEventListener("progress", ({ loaded }) => told(loaded));
      for (const name of ["error", "abort", "timeout"]) call.addEventListener(name, lost);
      call.addEventListener("load", () => {
        const answer = parsed(call.responseText);
        if (call.status === 200 && answer) resolve(answer);
        else reject(refusalOf(call.status || 0, answer));
      });
      call.open("PUT", `/api/v1/uploads/${this.#id}?offset=${from}`);
      call.setRequestHeader("X-CSRF-Token", csrfToken());
      call.setRequestHeader("Content-Type", "application/octet-stream");
      call.send(this.#file.slice(from, to));
    });
  }

  /** Wait, but not longer than until the line is back. */
  wait(ms, signal) {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        removeEventListener("online", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      addEventListener("online", done);
      signal.addEventListener("abort", done, { once: true });
    });
  }

  /** The file is where it belongs, or nobody wants it. */
  forget() {
    this.#kept.remove(this.#key);
  }

  async discard() {
    this.forget();
    if (this.#id) await request("DELETE", `/uploads/${this.#id}`).catch(() => {});
  }

  get #key() {
    const { name, size, lastModified } = this.#file;
    return `${PREFIX}${name}:${size}:${lastModified}`;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a proxy may answer with a page of its own
  }
}
