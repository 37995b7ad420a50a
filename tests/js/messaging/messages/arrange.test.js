import assert from "node:assert/strict";
import { test } from "node:test";
import { arrange } from "../../../../static/messaging/messages/arrange.js";
import { message } from "../../examples.js";

const zone = "Europe/Madrid";
const at = (seq, time, more) => message(seq, { created_at: `2026-11-${time}Z`, ...more });
const removed = (seq, rule = "Un año") => ({
  id: `m${seq}`,
  seq,
  rev: seq,
  deleted: true,
  expired: { rule, at: "2026-11-25T08:00:00Z" },
});
const kinds = (rows) =>
  rows.map((row) => {
    if (row.kind === "removed") return row.messages.map(({ seq }) => seq);
    return row.kind === "message" ? (row.continued ? "+" : row.message.seq) : row.kind;
  });

test("a day begins at midnight in the reader's zone", () => {
  const rows = arrange([at(1, "24T22:59:00"), at(2, "24T23:00:00")], { zone });
  assert.deepEqual(kinds(rows), ["day", 1, "day", 2]);
  assert.deepEqual(
    rows.filter(({ kind }) => kind === "day").map(({ date }) => date),
    ["2026-11-24", "2026-11-25"],
  );
});

test("the same author within five minutes goes on under one name", () => {
  const carles = { id: "carles", name: "Carles Puig", caption: "Jefe" };
  const rows = arrange(
    [
      at(1, "25T08:00:00"),
      at(2, "25T08:04:59"),
      at(3, "25T08:10:00"),
      at(4, "25T08:10:01", { author: carles }),
    ],
    { zone },
  );
  assert.deepEqual(kinds(rows), ["day", 1, "+", 3, 4]);
});

test("another post of the same person begins anew", () => {
  const other = { id: "ana", name: "Ana Castro", caption: "Sustituta · Registro" };
  const rows = arrange([at(1, "25T08:00:00"), at(2, "25T08:01:00", { author: other })], { zone });
  assert.deepEqual(kinds(rows), ["day", 1, 2]);
});

test("the line stands above the first new message, which shows its author", () => {
  const rows = arrange([at(1, "25T08:00:00"), at(2, "25T08:01:00")], {
    zone,
    firstNew: 2,
    newCount: 1,
  });
  assert.deepEqual(kinds(rows), ["day", 1, "new", 2]);
});

test("replies and deleted messages stand alone", () => {
  const rows = arrange(
    [
      at(1, "25T08:00:00"),
      { id: "m2", seq: 2, rev: 9, deleted: true },
      at(3, "25T08:00:30", { parent_id: "m1" }),
      at(4, "25T08:01:00"),
    ],
    { zone },
  );
  assert.deepEqual(kinds(rows), ["day", 1, 2, 3, 4]);
});

test("a long run removed under one rule is one row, which keeps its key as it grows upwards", () => {
  const [one] = arrange(
    [2, 3, 4].map((seq) => removed(seq)),
    { zone },
  );
  const [more] = arrange(
    [1, 2, 3, 4].map((seq) => removed(seq)),
    { zone },
  );
  assert.deepEqual(kinds([one, more]), [
    [2, 3, 4],
    [1, 2, 3, 4],
  ]);
  assert.equal(one.key, more.key);
});

test("two rules, the new line and short runs are not folded together", () => {
  const rows = [1, 2, 3, 4, 5, 6, 7, 8].map((seq) => removed(seq, seq > 2 ? "Otra" : "Un año"));
  assert.deepEqual(kinds(arrange(rows, { zone, firstNew: 6, newCount: 3 })), [
    1,
    2,
    [3, 4, 5],
    "new",
    [6, 7, 8],
  ]);
});
