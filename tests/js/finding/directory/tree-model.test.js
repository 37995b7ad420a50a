import assert from "node:assert/strict";
import { test } from "node:test";

import { act, isLoaded, seen, TypeAhead } from "../../../../static/finding/directory/tree-model.js";

const row = (id, level, name, open = null) => ({ id, level, name, open });
const town = () => [
  row("top", 1, "Ayuntamiento", true),
  row("planning", 2, "Urbanismo", true),
  row("licences", 3, "Licencias"),
  row("works", 3, "Vías y obras", false),
  row("roads", 4, "Vías"),
  row("social", 2, "Ámbito social", false),
];
const ids = (rows) => rows.map(({ id }) => id);

test("what lies in a closed branch is not seen", () => {
  assert.deepEqual(ids(seen(town())), ["top", "planning", "licences", "works", "social"]);
});

test("a branch closed higher up hides what is open below it", () => {
  const rows = town();
  rows[1].open = false;
  assert.deepEqual(ids(seen(rows)), ["top", "planning", "social"]);
});

test("up and down go over what is seen, and stop at the ends", () => {
  assert.deepEqual(act(town(), "works", "ArrowDown"), { focus: "social" });
  assert.deepEqual(act(town(), "social", "ArrowUp"), { focus: "works" });
  assert.equal(act(town(), "social", "ArrowDown"), null);
  assert.equal(act(town(), "top", "ArrowUp"), null);
});

test("Home and End lead to the first and the last that is seen", () => {
  assert.deepEqual(act(town(), "works", "Home"), { focus: "top" });
  assert.deepEqual(act(town(), "top", "End"), { focus: "social" });
});

test("right opens a closed branch and then goes into it; a leaf has nothing to open", () => {
  assert.deepEqual(act(town(), "works", "ArrowRight"), { open: "works" });
  assert.deepEqual(act(town(), "planning", "ArrowRight"), { focus: "licences" });
  assert.equal(act(town(), "licences", "ArrowRight"), null);
});

test("left closes an open branch and else goes to the row above; the top stays open", () => {
  assert.deepEqual(act(town(), "planning", "ArrowLeft"), { close: "planning" });
  assert.deepEqual(act(town(), "licences", "ArrowLeft"), { focus: "planning" });
  assert.deepEqual(act(town(), "works", "ArrowLeft"), { focus: "planning" });
  assert.equal(act(town(), "top", "ArrowLeft"), null);
});

test("a branch is loaded when a row of it follows", () => {
  assert.ok(isLoaded(town(), "works"));
  assert.ok(!isLoaded(town(), "social"));
});

test("letters find the next name that begins like that, without accents, round the end", () => {
  const typing = new TypeAhead();
  assert.equal(typing.find(town(), "top", "v", 0), "works");
  assert.equal(typing.find(town(), "works", "a", 2000), "social");
  assert.equal(typing.find(town(), "social", "a", 4000), "top");
  assert.equal(typing.find(town(), "top", "x", 6000), null);
});

test("letters typed one after another make a word and may stay where they are", () => {
  const typing = new TypeAhead();
  assert.equal(typing.find(town(), "top", "a", 0), "social");
  assert.equal(typing.find(town(), "social", "m", 200), "social");
  assert.equal(typing.find(town(), "social", "u", 2000), "planning");
});
