const SVG = "http://www.w3.org/2000/svg";

/**
 * A symbol of the sprite, the same as the macro `icon` draws.
 *
 * @param {string} name of Lucide
 * @param {number} [size] in pixels
 */
export function icon(name, size = 20) {
  const drawing = document.createElementNS(SVG, "svg");
  const sprite = document.querySelector('meta[name="icons"]').content;
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("width", size);
  drawing.setAttribute("height", size);
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  drawing.append(use);
  return drawing;
}
