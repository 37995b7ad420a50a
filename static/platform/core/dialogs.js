// Dialogs by attributes: data-dialog="ID" opens, data-load opens what a link leads to, data-close
// closes, a click beside it closes too.
// What htmx puts into #dialog opens by itself; an answer with `HX-Trigger: close-dialog` ends it.

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  const link = event.target.closest?.("a[data-load]");
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
  } else if (link && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    import("./load-dialog.js").then(({ loadDialog }) => loadDialog(link.href));
  } else if (event.target.closest?.("[data-close]")) {
    event.target.closest("dialog")?.close();
  } else if (event.target instanceof HTMLDialogElement && isBeside(event.target, event)) {
    event.target.close();
  }
});

document.addEventListener("htmx:after:swap", ({ detail }) => {
  const target = detail.ctx?.target;
  if (target instanceof HTMLDialogElement && !target.open) {
    name(target);
    target.showModal();
  }
});

document.addEventListener("close-dialog", () => {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
});

/** A loaded dialog is called by the title that came with it. */
function name(dialog) {
  const title = dialog.querySelector(".dialog__title");
  if (title) dialog.setAttribute("aria-label", title.textContent.trim());
}

function isBeside(dialog, { clientX, clientY, detail }) {
  const box = dialog.getBoundingClientRect();
  const inside =
    clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
  // Enter in a field clicks its form's button at 0, 0, with a detail of 0.
  return detail > 0 && !inside;
}
