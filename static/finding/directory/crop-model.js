/** Which square of a picture is shown: `zoom` from 1 up, `across` and `down` from 0 to 1. */

export const SIDE = 512;

/**
 * @param {{width: number, height: number}} picture in pixels
 * @param {{zoom: number, across: number, down: number}} view
 * @returns {{left: number, top: number, side: number}} in pixels of the picture
 */
export function square({ width, height }, { zoom, across, down }) {
  const side = Math.min(width, height) / Math.max(1, zoom);
  return { left: (width - side) * inside(across), top: (height - side) * inside(down), side };
}

/**
 * The view after the picture was drawn along by so many pixels of what is shown.
 *
 * @param {number} shown how many pixels on the screen the square measures
 */
export function dragged(picture, view, { x, y }, shown) {
  const { side } = square(picture, view);
  const moved = (place, by, room) =>
    room > 0 ? inside(place - (by * side) / shown / room) : place;
  return {
    ...view,
    across: moved(view.across, x, picture.width - side),
    down: moved(view.down, y, picture.height - side),
  };
}

function inside(value) {
  return Math.min(1, Math.max(0, value));
}
