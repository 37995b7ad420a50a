import assert from "node:assert/strict";
import { test } from "node:test";
import {
  countedTitle,
  isAddressed,
  UnreadCounts,
} from "../../../../static/messaging/conversations/unread-counts.js";

const place = (more) => ({ id: "c1", last_seq: 10, read_seq: 7, ...more });

test("unread is what lies between the newest place and the place read", () => {
  const counts = new UnreadCounts([place()]);
  assert.equal(counts.of("c1"), 3);
  counts.arrived("c1", 11);
  counts.arrived("c1", 11);
  assert.equal(counts.of("c1"), 4);
  counts.read("c1", 11);
  assert.equal(counts.of("c1"), 0);
});

test("a read mark from another device never goes back", () => {
  const counts = new UnreadCounts([place()]);
  counts.read("c1", 9);
  counts.read("c1", 8);
  assert.equal(counts.of("c1"), 1);
});

test("after a restore numbers may be lower than they were", () => {
  const counts = new UnreadCounts([place({ last_seq: 20, read_seq: 20 })]);
  counts.forget();
  assert.equal(counts.knows("c1"), false);
  counts.learn(place());
  assert.equal(counts.of("c1"), 3);
});

test("own posting reads on only where everything before it was read", () => {
  const counts = new UnreadCounts([place({ read_seq: 10 }), place({ id: "c2" })]);
  counts.posted("c1", 11);
  counts.posted("c2", 11);
  assert.equal(counts.of("c1"), 0);
  assert.equal(counts.of("c2"), 4);
});

test("marked unread counts from the mark until it is read again", () => {
  const counts = new UnreadCounts([place({ read_seq: 10 })]);
  counts.markUnread("c1", 6);
  assert.equal(counts.of("c1"), 5);
  counts.read("c1", 10);
  assert.equal(counts.of("c1"), 0);
});

test("a muted room counts only what calls the reader", () => {
  const counts = new UnreadCounts([place({ muted: true }), place({ id: "c2" })]);
  assert.equal(counts.total(), 3);
  counts.arrived("c1", 11, { addressed: true });
  assert.equal(counts.total(), 4);
  counts.read("c1", 11);
  assert.equal(counts.total(), 3);
});

test("what the server tells later never takes back what was heard", () => {
  const counts = new UnreadCounts([place()]);
  counts.arrived("c1", 12);
  counts.learn(place({ read_seq: 9 }));
  assert.equal(counts.of("c1"), 3);
});

test("a room that was left counts nothing", () => {
  const counts = new UnreadCounts([place()]);
  counts.left("c1");
  assert.equal(counts.total(), 0);
  counts.arrived("c1", 11);
  assert.equal(counts.total(), 0);
});

test("a message calls by name, by post or with everybody, never its author", () => {
  const calling = (kind, id) => ({ author: { id: "carles" }, mentions: [{ kind, id }] });
  assert.equal(isAddressed(calling("person", "ana"), "ana"), true);
  assert.equal(isAddressed(calling("person", "iria"), "ana"), false);
  assert.equal(isAddressed(calling("post", "p1"), "ana", ["p1"]), true);
  assert.equal(isAddressed(calling("channel", "c1"), "ana"), true);
  assert.equal(isAddressed(calling("channel", "c1"), "carles"), false);
});

test("the title counts once, up to 99", () => {
  assert.equal(countedTitle("Licencias · Monteclaro", 3), "(3) Licencias · Monteclaro");
  assert.equal(countedTitle("(3) Licencias", 120), "(99+) Licencias");
  assert.equal(countedTitle("(99+) Licencias", 0), "Licencias");
});
