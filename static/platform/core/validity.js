// What a field says that cannot be sent as it is. Loaded at the first such field (invalid.js).
const SUFFIX = "-invalid";

/** Say below a field, in the page's language, what is wrong; the first of a form takes the focus. */
export function refuse(field) {
  explain(field);
  if (field.form?.querySelector(":is(input, select, textarea):invalid") === field) field.focus();
}

for (const name of ["input", "change"]) {
  document.addEventListener(name, ({ target }) => {
    const note = document.getElementById(target.id + SUFFIX);
    if (note && target.validity.valid) forget(target, note);
  });
}

function explain(field) {
  const piece = document.getElementById("invalid-piece");
  const id = field.id + SUFFIX;
  let note = document.getElementById(id);
  if (!note) {
    note = piece.content.firstElementChild.cloneNode(true);
    note.id = id;
    (field.closest(".field, .choices, .choice") ?? field.parentElement).append(note);
    const before = field.getAttribute("aria-describedby");
    field.setAttribute("aria-describedby", before ? `${before} ${id}` : id);
    field.setAttribute("aria-invalid", "true");
  }
  note.lastElementChild.textContent = wordsFor(field, piece.dataset);
}

function forget(field, note) {
  note.remove();
  const rest = field.getAttribute("aria-describedby").replace(note.id, "").trim();
  rest ? field.setAttribute("aria-describedby", rest) : field.removeAttribute("aria-describedby");
  field.removeAttribute("aria-invalid");
}

function wordsFor(field, words) {
  const { validity, type } = field;
  if (validity.customError) return field.validationMessage;
  if (validity.valueMissing) return /^(radio|select)/.test(type) ? words.choose : words.missing;
  if (validity.typeMismatch) return words[type] ?? words.other;
  if (validity.tooShort) return words.short.replace("{limit}", field.minLength);
  if (validity.rangeUnderflow) return words.under.replace("{limit}", field.min);
  if (validity.rangeOverflow) return words.over.replace("{limit}", field.max);
  return words.other;
}
