import assert from "node:assert/strict";
import { test } from "node:test";

import { avatarTone, initials } from "../../../../static/platform/core/person.js";

test("initials come from the first two words with a capital", () => {
  assert.equal(initials("Ana Castro Lema"), "AC");
  assert.equal(initials("Ayuntamiento de Monteclaro"), "AM");
  assert.equal(initials("Ángela d'Ors"), "ÁO");
  assert.equal(initials("xoán"), "XO");
});

test("the tone follows from the id, with hyphens or without", () => {
  assert.equal(avatarTone("01920000-0000-7000-8000-00000000000a"), 3);
  assert.equal(avatarTone("0192000000007000800000000000000a"), 3);
});
