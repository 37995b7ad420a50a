// The browser's bubble for a field that cannot be sent speaks the browser's language, and is gone
// before it is read: the field says it itself, in the page's language.
document.addEventListener(
  "invalid",
  async (event) => {
    event.preventDefault();
    const { refuse } = await import("./validity.js");
    refuse(event.target);
  },
  true,
);
