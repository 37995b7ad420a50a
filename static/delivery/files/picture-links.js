// A picture that is pressed is shown large; what shows it comes with the first one.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.(".thumbnail");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { show } = await import("./image-viewer.js");
  show(link);
});
