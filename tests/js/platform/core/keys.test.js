import assert from "node:assert/strict";
import { test } from "node:test";

import { isSingle, isWriting, matches } from "../../../../static/platform/core/keys.js";

const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
const press = (key, held = {}) => ({ ...none, key, ...held });

test("mod is Ctrl on most keyboards and the command key on a Mac", () => {
  assert.ok(matches("mod+k", press("k", { ctrlKey: true })));
  assert.ok(matches("mod+k", press("k", { metaKey: true })));
  assert.ok(!matches("mod+k", press("k")));
});

test("a letter alone does not answer to Ctrl, Alt or Shift with it", () => {
  assert.ok(matches("r", press("r")));
  assert.ok(!matches("r", press("r", { ctrlKey: true })));
  assert.ok(!matches("r", press("r", { altKey: true })));
  assert.ok(!matches("r", press("R", { shiftKey: true })));
});

test("a sign answers with Shift or without, as the keyboard has it", () => {
  assert.ok(matches("?", press("?", { shiftKey: true })));
  assert.ok(matches("?", press("?")));
});

test("named keys are told apart from letters", () => {
  assert.ok(matches("alt+ArrowUp", press("ArrowUp", { altKey: true })));
  assert.ok(!matches("ArrowUp", press("ArrowUp", { altKey: true })));
  assert.ok(isSingle("r") && !isSingle("mod+k"));
});

test("one writes in text fields, not in boxes and buttons", () => {
  assert.ok(isWriting({ tagName: "TEXTAREA" }));
  assert.ok(isWriting({ tagName: "INPUT", type: "search" }));
  assert.ok(!isWriting({ tagName: "INPUT", type: "checkbox" }));
  assert.ok(!isWriting({ tagName: "BUTTON" }));
  assert.ok(isWriting({ tagName: "DIV", isContentEditable: true }));
});
