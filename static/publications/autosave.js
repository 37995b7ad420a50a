/** Keeps a form by itself, a moment after each change, one request at a time. */
const SOON_MS = 1500;

export class Autosave {
  #timer = null;
  #running = null;
  #isDirty = false;

  /**
   * @param {HTMLFormElement} form with a hidden field `edition`
   * @param {HTMLElement} place where it is said
   */
  constructor(form, place) {
    this.form = form;
    this.place = place;
    form.addEventListener("submit", () => this.#stop());
  }

  get edition() {
    return this.form.elements.edition.value;
  }

  set edition(edition) {
    for (const field of document.querySelectorAll("input[name=edition]")) field.value = edition;
  }

  soon() {
    this.#isDirty = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), SOON_MS);
  }

  /** Keep what is not kept yet; give the edition that there is then. */
  async flush() {
    clearTimeout(this.#timer);
    await this.#running;
    if (this.#isDirty) {
      this.#isDirty = false;
      this.#running = this.#save();
      await this.#running;
    }
    return this.edition;
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#isDirty = false;
  }

  async #save() {
    const answer = await fetch(this.form.action, {
      method: "POST",
      body: new FormData(this.form),
      headers: { "HX-Request": "true", Accept: "application/problem+json, text/html" },
      keepalive: true,
    }).catch(() => null);
    if (answer?.ok) this.#saved(await answer.text());
    else await this.#failed(answer);
  }

  #saved(html) {
    const said = new DOMParser().parseFromString(html, "text/html").querySelector("[data-edition]");
    this.edition = said.dataset.edition;
    this.place.textContent = said.textContent;
    this.place.classList.remove("editor__state--bad");
  }

  /** What is not valid yet stays in the form; what could not be sent is tried again. */
  async #failed(answer) {
    const problem = await answer?.json?.().catch(() => null);
    this.#isDirty = !answer || answer.status >= 500;
    if (this.#isDirty) this.soon();
    this.place.textContent = problem?.detail ?? this.place.dataset.failed;
    this.place.classList.add("editor__state--bad");
  }
}
