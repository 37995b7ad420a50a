import assert from "node:assert/strict";
import { test } from "node:test";

import { dragged, square } from "../../../../static/finding/directory/crop-model.js";

const wide = { width: 400, height: 200 };
const middle = { zoom: 1, across: 0.5, down: 0.5 };

test("the square is as large as the picture lets it, and in its middle", () => {
  assert.deepEqual(square(wide, middle), { left: 100, top: 0, side: 200 });
});

test("nearer means a smaller square of the picture", () => {
  assert.deepEqual(square(wide, { ...middle, zoom: 2 }), { left: 150, top: 50, side: 100 });
});

test("the square never leaves the picture", () => {
  assert.deepEqual(square(wide, { zoom: 0.2, across: 7, down: -3 }), {
    left: 200,
    top: 0,
    side: 200,
  });
});

test("drawing the picture to the right shows more of its left", () => {
  assert.equal(dragged(wide, middle, { x: 50, y: 0 }, 100).across, 0);
  assert.equal(dragged(wide, middle, { x: -25, y: 0 }, 100).across, 0.75);
});

test("where there is no room nothing moves", () => {
  assert.equal(dragged(wide, middle, { x: 0, y: 80 }, 100).down, 0.5);
});
