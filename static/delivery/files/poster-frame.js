const QUALITY = 0.9;
const WIDEST = 1280;

/**
 * <poster-frame> around a <video> and the form for its poster: takes the picture at which the video
 * stands, and sends it as if it had been chosen. Without it a picture is chosen from the device.
 */
class PosterFrame extends HTMLElement {
  #off = null;

  connectedCallback() {
    this.#off = new AbortController();
    const { signal } = this.#off;
    this.#button.addEventListener("click", () => this.#take(), { signal });
    this.#video.addEventListener("loadeddata", () => this.#offer(), { signal });
    this.#offer();
  }

  disconnectedCallback() {
    this.#off.abort();
  }

  get #video() {
    return this.querySelector("video");
  }

  get #button() {
    return this.querySelector("[data-take]");
  }

  #offer() {
    this.#button.hidden = this.#video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA;
  }

  #take() {
    const video = this.#video;
    const canvas = document.createElement("canvas");
    const scale = Math.min(1, WIDEST / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((picture) => this.#send(picture), "image/jpeg", QUALITY);
  }

  #send(picture) {
    if (!picture) return;
    const chosen = new DataTransfer();
    chosen.items.add(new File([picture], "poster.jpg", { type: picture.type }));
    const field = this.querySelector('input[name="poster"]');
    field.files = chosen.files;
    field.form.requestSubmit();
  }
}

customElements.define("poster-frame", PosterFrame);
