// Esc hides the name that an icon shows, until the pointer or the focus goes elsewhere (WCAG 1.4.13).
const root = document.documentElement;

document.addEventListener("keydown", ({ key }) => {
  if (key === "Escape") root.classList.add("tips-off");
});

for (const name of ["pointerover", "focusin"]) {
  document.addEventListener(name, () => root.classList.remove("tips-off"));
}
