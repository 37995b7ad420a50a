import { dragged, SIDE, square } from "./crop-model.js";

const QUALITY = 0.9;

/**
 * <photo-crop data-unreadable="…"> around a file field, a canvas and three sliders: what is in the
 * circle is what is sent. Without it the whole picture is sent and its middle is taken.
 */
class PhotoCrop extends HTMLElement {
  #picture = null;
  #view = { zoom: 1, across: 0.5, down: 0.5 };
  #off = null;

  connectedCallback() {
    this.#off = new AbortController();
    const { signal } = this.#off;
    this.#file.addEventListener("change", () => this.#open(), { signal });
    for (const slider of this.#sliders) {
      slider.addEventListener("input", () => this.#slide(slider), { signal });
    }
    this.#canvas.addEventListener("pointerdown", (event) => this.#drag(event), { signal });
    this.#form.addEventListener("submit", (event) => this.#send(event), { signal });
  }

  disconnectedCallback() {
    this.#off.abort();
    this.#picture?.close();
  }

  get #form() {
    return this.closest("form");
  }

  get #file() {
    return this.querySelector('input[type="file"]');
  }

  get #canvas() {
    return this.querySelector("canvas");
  }

  get #sliders() {
    return this.querySelectorAll('input[type="range"]');
  }

  async #open() {
    const [file] = this.#file.files;
    this.#picture?.close();
    this.#picture = null;
    this.#file.setCustomValidity("");
    if (file) {
      try {
        this.#picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      } catch {
        this.#file.setCustomValidity(this.dataset.unreadable);
        this.#file.reportValidity();
      }
    }
    this.querySelector(".photo-crop__tools").hidden = this.#picture === null;
    this.#look({ zoom: 1, across: 0.5, down: 0.5 });
  }

  #slide(slider) {
    this.#look({ ...this.#view, [slider.name]: Number(slider.value) });
  }

  #look(view) {
    this.#view = view;
    for (const slider of this.#sliders) slider.value = view[slider.name];
    if (!this.#picture) return;
    const { left, top, side } = square(this.#picture, view);
    const drawing = this.#canvas.getContext("2d");
    drawing.imageSmoothingQuality = "high";
    drawing.clearRect(0, 0, SIDE, SIDE);
    drawing.drawImage(this.#picture, left, top, side, side, 0, 0, SIDE, SIDE);
  }

  #drag(start) {
    const view = this.#view;
    const shown = this.#canvas.clientWidth;
    const end = new AbortController();
    this.#canvas.setPointerCapture(start.pointerId);
    this.#canvas.addEventListener(
      "pointermove",
      (event) => {
        const by = { x: event.clientX - start.clientX, y: event.clientY - start.clientY };
        if (this.#picture) this.#look(dragged(this.#picture, view, by, shown));
      },
      { signal: end.signal },
    );
    for (const name of ["pointerup", "pointercancel"]) {
      this.#canvas.addEventListener(name, () => end.abort(), { signal: end.signal });
    }
  }

  /** Send the square instead of the file that was chosen. */
  async #send(event) {
    if (!this.#picture) return;
    event.preventDefault();
    const blob = await new Promise((done) => {
      this.#canvas.toBlob(done, "image/webp", QUALITY);
    });
    if (blob) {
      const files = new DataTransfer();
      files.items.add(new File([blob], "photo", { type: blob.type }));
      this.#file.files = files.files;
    }
    this.#form.submit();
  }
}

customElements.define("photo-crop", PhotoCrop);
