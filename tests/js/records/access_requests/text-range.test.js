import { strict as assert } from "node:assert";
import { test } from "node:test";

import { charactersIn } from "../../../../static/records/access_requests/text-range.js";

test("characters are counted as the server counts them, not in UTF-16 units", () => {
  assert.equal(charactersIn("hola", 2), 2);
  assert.equal(charactersIn("🌊🌊 mar", 4), 2);
  assert.equal(charactersIn("🌊🌊 mar", 5), 3);
  assert.equal(charactersIn("l·l ñ", 5), 5);
});
