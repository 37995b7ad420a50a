/** The ways by which files come to a message: chosen, pasted, dragged over the whole conversation. */

/**
 * @param {HTMLElement} composer the <message-composer>
 * @param {{add(files: Iterable<File>): void}} uploads
 * @param {AbortSignal} signal ends it
 */
export function takeFiles(composer, uploads, signal) {
  const form = composer.querySelector("form");
  const area = composer.closest(".conversation, .discussion, .thread");
  const on = (target, name, fn) => target.addEventListener(name, fn, { signal });
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");

  on(composer.querySelector(".composer__attach"), "change", ({ target }) => {
    uploads.add(target.files);
    target.value = "";
  });
  on(composer.querySelector("textarea"), "paste", (event) => {
    const files = event.clipboardData?.files ?? [];
    if (!files.length) return;
    event.preventDefault();
    uploads.add(files);
  });
  on(area, "dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    form.classList.add("composer--over");
  });
  on(area, "dragleave", () => form.classList.remove("composer--over"));
  on(area, "drop", (event) => {
    form.classList.remove("composer--over");
    if (!holdsFiles(event)) return;
    event.preventDefault();
    uploads.add(event.dataTransfer.files);
  });
}
