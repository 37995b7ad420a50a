import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageStore } from "../../../../static/messaging/messages/message-store.js";
import { message, messages, seqs } from "../../examples.js";

const page = () => new MessageStore({ rev: 30, lastSeq: 20, messages: messages(11, 20) });

test("a pushed message is shown after the last one", () => {
  const store = page();
  store.hear({ rev: 31, message: message(21, { rev: 31 }) });
  assert.deepEqual(seqs(store.shown()).slice(-2), [20, 21]);
  assert.equal(store.rev, 31);
  assert.equal(store.hasGap, false);
});

test("the same message heard twice is shown once", () => {
  const store = page();
  for (let time = 0; time < 2; time++) store.hear({ rev: 31, message: message(21, { rev: 31 }) });
  assert.equal(store.shown().length, 11);
});

test("a message that overtakes another waits for it", () => {
  const store = page();
  store.hear({ rev: 32, message: message(22, { rev: 32 }) });
  assert.equal(store.hasGap, true);
  assert.equal(store.high, 20);
  store.hear({ rev: 31, message: message(21, { rev: 31 }) });
  assert.equal(store.hasGap, false);
  assert.deepEqual(seqs(store.shown()).slice(-3), [20, 21, 22]);
  assert.equal(store.rev, 32);
});

test("an older state never replaces a newer one", () => {
  const store = page();
  store.hear({ rev: 32, message: message(15, { rev: 32, body: "second" }) });
  store.hear({ rev: 31, message: message(15, { rev: 31, body: "first" }) });
  assert.equal(store.at(15).body, "second");
});

test("a deleted message keeps its place and nothing of what it said", () => {
  const store = page();
  store.hear({ rev: 31, message: { id: "m15", seq: 15, rev: 31, deleted: true } });
  assert.equal(store.at(15).body, undefined);
  assert.equal(store.shown().length, 10);
});

test("pages of changes are taken whole, in whatever order their messages come", () => {
  const store = page();
  store.caughtUp({ rev: 33, complete: false, messages: [message(22, { rev: 33 })] });
  assert.equal(store.high, 20);
  store.caughtUp({ rev: 34, complete: true, messages: [message(21, { rev: 34 })] });
  assert.deepEqual(seqs(store.shown()).slice(-3), [20, 21, 22]);
});

test("own posts acknowledged before their forerunners were pushed wait in their place", () => {
  const store = page();
  store.acknowledged(message(22, { rev: 32 }));
  assert.equal(store.high, 20);
  store.caughtUp({ rev: 32, complete: true, messages: [message(21, { rev: 31 })] });
  assert.equal(store.high, 22);
});

test("a reader far up the log is told that there is more and shown nothing of it", () => {
  const store = page();
  store.dropNewest(5);
  assert.equal(store.follows, false);
  store.hear({ rev: 31, message: message(21, { rev: 31 }) });
  assert.deepEqual(seqs(store.shown()), [11, 12, 13, 14, 15]);
  assert.equal(store.lastSeq, 21);
  assert.equal(store.at(21), undefined);
  store.newer(messages(16, 21));
  assert.equal(store.high, 21);
  assert.equal(store.follows, true);
});

test("older messages go above without a hole", () => {
  const store = page();
  store.older(messages(1, 10));
  assert.equal(store.low, 1);
  assert.equal(store.hasOlder, false);
  store.dropOldest(12);
  assert.deepEqual([store.low, store.high], [9, 20]);
});

test("removed messages, thousands of which may be one line, do not push out what is shown", () => {
  const store = page();
  const expired = { rule: "Un año", at: "2026-11-25T08:00:00Z" };
  store.older(messages(1, 10).map((row) => ({ ...row, deleted: true, expired })));
  store.dropNewest(10);
  assert.deepEqual([store.low, store.high], [1, 20]);
  store.dropNewest(4);
  assert.deepEqual([store.low, store.high], [1, 14]);
  store.dropOldest(4);
  assert.deepEqual([store.low, store.high], [1, 14]);
  store.dropOldest(3);
  assert.deepEqual([store.low, store.high], [12, 14]);
});

test("beyond 500 revisions it is cheaper to begin again", () => {
  const store = page();
  assert.equal(store.isFarBehind(530), false);
  assert.equal(store.isFarBehind(531), true);
});

test("an empty room takes its first message", () => {
  const store = new MessageStore({ rev: 0, lastSeq: 0, messages: [] });
  store.hear({ rev: 1, message: message(1) });
  assert.deepEqual(seqs(store.shown()), [1]);
});
