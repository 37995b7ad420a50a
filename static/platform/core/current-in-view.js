// In a row that scrolls sideways on a phone, what one is on comes into view.
const ROWS = ".side-nav ul, .tabs, .chips";

for (const row of document.querySelectorAll(ROWS)) {
  const current = row.querySelector("[aria-current]");
  if (current && row.scrollWidth > row.clientWidth) {
    const box = current.getBoundingClientRect();
    const middle = box.left - row.getBoundingClientRect().left + box.width / 2;
    row.scrollLeft += middle - row.clientWidth / 2;
  }
}
