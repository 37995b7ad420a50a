const SHOWN_MS = 8000;

/**
 * Say in one line what was done, with a way to undo it. Never for errors.
 *
 * @param {string} text
 * @param {{undo?: () => void}} [options]
 * @returns {() => void} takes it away at once.
 */
export function toast(text, { undo } = {}) {
  const piece = document.getElementById("toast-piece").content.cloneNode(true);
  const shown = piece.querySelector(".toast");
  const button = shown.querySelector(".toast__undo");
  shown.querySelector(".toast__text").textContent = text;
  button.hidden = !undo;
  const life = stay(shown);
  button.addEventListener("click", () => {
    life.end();
    undo();
  });
  document.getElementById("toasts").append(shown);
  return life.end;
}

/** It goes after eight seconds, but not while somebody points at it or stands in it. */
function stay(shown) {
  let timer;
  const end = () => {
    clearTimeout(timer);
    shown.remove();
  };
  const start = () => {
    clearTimeout(timer);
    timer = setTimeout(end, SHOWN_MS);
  };
  for (const name of ["pointerenter", "focusin"]) {
    shown.addEventListener(name, () => clearTimeout(timer));
  }
  for (const name of ["pointerleave", "focusout"]) shown.addEventListener(name, start);
  start();
  return { end };
}

// From the server: `HX-Trigger: {"toast": {"text": "…"}}`.
document.addEventListener("toast", ({ detail }) => toast(detail.text ?? detail.value));
