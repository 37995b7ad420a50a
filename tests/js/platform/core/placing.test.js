import assert from "node:assert/strict";
import { test } from "node:test";

import { placed } from "../../../../static/platform/core/placing.js";

const view = { width: 1000, height: 600 };
const anchor = (left, top) => ({ left, top, right: left + 40, bottom: top + 40 });

test("a panel hangs below its button, their right edges in line", () => {
  const at = placed(anchor(500, 100), { width: 200, height: 150 }, view);
  assert.deepEqual(at, { left: 340, top: 146, height: 150 });
});

test("near the lower edge it stands above", () => {
  const at = placed(anchor(500, 520), { width: 200, height: 150 }, view);
  assert.equal(at.top + at.height, 514);
});

test("it never leaves the window to either side", () => {
  assert.equal(placed(anchor(10, 100), { width: 200, height: 150 }, view).left, 8);
  const atTheEnd = placed(anchor(950, 100), { width: 200, height: 50 }, view, { align: "start" });
  assert.equal(atTheEnd.left, 792);
});

test("a panel higher than the room takes the larger side and no more than it has", () => {
  const at = placed(anchor(500, 200), { width: 200, height: 900 }, view);
  assert.deepEqual([at.top, at.height], [246, 346]);
});
