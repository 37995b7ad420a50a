/**
 * <video-player> around a <video> and its transcript: a time in the transcript goes to that second.
 * Everything else is the browser's own player. Without it the times lead to the file.
 */
class VideoPlayer extends HTMLElement {
  #off = null;

  connectedCallback() {
    this.#off = new AbortController();
    this.addEventListener("click", (event) => this.#seek(event), { signal: this.#off.signal });
  }

  disconnectedCallback() {
    this.#off.abort();
  }

  #seek(event) {
    const link = event.target.closest?.("[data-second]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const video = this.querySelector("video");
    video.currentTime = Number(link.dataset.second);
    video.focus();
    video.play().catch(() => {}); // it stays at that second, and says itself what is wrong
  }
}

customElements.define("video-player", VideoPlayer);
