/** Keeps a form by itself, a moment after each change; what changes its edition waits in line. */
const SOON_MS = 1500;

export class Autosave {
  #timer = null;
  #line = Promise.resolve();
  #waiting = 0;
  #isDirty = false;

  /**
   * @param {HTMLFormElement} form with a hidden field `edition`
   * @param {HTMLElement} place where it is said
   */
  constructor(form, place) {
    this.form = form;
    this.place = place;
  }

  get edition() {
    return this.form.elements.edition.value;
  }

  set edition(edition) {
    for (const field of document.querySelectorAll("input[name=edition]")) field.value = edition;
  }

  /** Whether something is on its way, so that the edition in the page is about to change. */
  get isBusy() {
    return this.#waiting > 0;
  }

  soon() {
    this.#isDirty = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), SOON_MS);
  }

  /** Keep what is not kept yet, after what is on its way. */
  flush() {
    return this.alone(() => {});
  }

  /** The page goes: keep it at once, whatever is on its way. */
  leave() {
    clearTimeout(this.#timer);
    return this.#keep();
  }

  /** The form itself is sent, with all that is not kept yet. */
  stop() {
    clearTimeout(this.#timer);
    this.#isDirty = false;
  }

  /** Keep what is not kept yet, then `send` with the edition of then; give what it gives. */
  alone(send) {
    clearTimeout(this.#timer);
    this.#waiting += 1;
    const turn = this.#line
      .then(() => this.#keep())
      .then(() => send(this.edition))
      .finally(() => {
        this.#waiting -= 1;
      });
    this.#line = turn.catch(() => {});
    return turn;
  }

  async #keep() {
    if (!this.#isDirty) return;
    this.#isDirty = false;
    const answer = await fetch(this.form.action, {
      method: "POST",
      body: new FormData(this.form),
      headers: { "HX-Request": "true", Accept: "application/problem+json, text/html" },
      keepalive: true,
    }).catch(() => null);
    const html = answer?.ok ? await answer.text() : "";
    const said = new DOMParser().parseFromString(html, "text/html").querySelector("[data-edition]");
    if (said) this.#saved(said);
    else await this.#failed(answer?.ok ? null : answer);
  }

  #saved(said) {
    this.edition = said.dataset.edition;
    this.place.textContent = said.textContent;
    this.place.classList.remove("editor__state--bad");
  }

  /** What is not valid yet stays in the form; what could not be sent is tried again. */
  async #failed(answer) {
    const problem = await answer?.json?.().catch(() => null);
    if (!answer || answer.status >= 500) this.soon();
    this.place.textContent = problem?.detail ?? this.place.dataset.failed;
    this.place.classList.add("editor__state--bad");
  }
}
