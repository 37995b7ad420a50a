/**
 * A file on its way in parts: paused, gone on with, and begun again where a cut line left it.
 * Knows nothing of the page; how parts are sent and how long is waited is given to it.
 */
const LEAST_PART = 256 * 1024;
const LONGEST_WAIT_MS = 30_000;
const PASSING = new Set([0, 408, 409, 500, 502, 503, 504]);

export class Resumable extends EventTarget {
  state = "paused";
  offset = 0;
  /** What the server made of it, once it is whole. */
  file = null;
  /** Why it ended, where it did. */
  reason = "";
  #door;
  #size;
  #part = LEAST_PART;
  #most = LEAST_PART;
  #failures = 0;
  #attempt = null;

  /**
   * @param {number} size of the whole, in bytes
   * @param {{
   *   begin(): Promise<object>, ask(): Promise<object>,
   *   send(from: number, to: number, told: (bytes: number) => void, signal: AbortSignal),
   *   wait(ms: number, signal: AbortSignal): Promise<void>,
   * }} door each but `wait` answers with the upload as the server sees it; a refusal has a `status`
   */
  constructor(size, door) {
    super();
    this.#size = size;
    this.#door = door;
  }

  /** Begin, or go on after a pause. Resolves when it pauses or ends. */
  async start() {
    if (this.#attempt || this.file) return;
    this.#attempt = new AbortController();
    const { signal } = this.#attempt;
    this.#becomes("sending");
    let next = this.#door.begin;
    while (!this.file && !signal.aborted) {
      try {
        this.#heard(await next.call(this.#door, signal), signal);
        next = () => this.#sendPart(signal);
      } catch (refusal) {
        if (signal.aborted) return;
        if (!PASSING.has(refusal.status)) {
          this.#ended(refusal.message);
          return;
        }
        await this.#waitAfter(refusal, signal);
        next = this.#door.ask;
      }
    }
  }

  pause() {
    this.#attempt?.abort();
    this.#attempt = null;
    if (!this.file) this.#becomes("paused");
  }

  async #sendPart(signal) {
    const from = this.offset;
    const to = Math.min(this.#size, from + this.#part);
    const told = (bytes) => this.#moved(Math.min(from + bytes, to));
    const heard = await this.#door.send(from, to, told, signal);
    this.#failures = 0;
    this.#part = Math.min(this.#part * 2, this.#most);
    return heard;
  }

  #heard(upload, signal) {
    this.#most = upload.part_size;
    this.offset = upload.offset;
    this.file = upload.file;
    if (this.file) this.#attempt = null;
    if (this.file) this.#becomes("done");
    else if (!signal.aborted) this.#becomes("sending");
  }

  #waitAfter(refusal, signal) {
    this.#failures += 1;
    this.#part = Math.max(LEAST_PART, Math.floor(this.#part / 2));
    this.#becomes("waiting");
    const longer = Math.min(LONGEST_WAIT_MS, 500 * 2 ** this.#failures);
    return this.#door.wait(Math.max(longer, (refusal.retryAfter ?? 0) * 1000), signal);
  }

  #ended(reason) {
    this.#attempt = null;
    this.reason = reason;
    this.#becomes("failed");
  }

  #moved(offset) {
    this.offset = offset;
    this.dispatchEvent(new CustomEvent("changed"));
  }

  #becomes(state) {
    this.state = state;
    this.dispatchEvent(new CustomEvent("changed"));
  }
}
