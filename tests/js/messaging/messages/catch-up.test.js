import assert from "node:assert/strict";
import { test } from "node:test";
import { CatchUp } from "../../../../static/messaging/messages/catch-up.js";
import { MessageStore } from "../../../../static/messaging/messages/message-store.js";
import { message, messages } from "../../examples.js";

function scene(answers = []) {
  const store = new MessageStore({ rev: 20, lastSeq: 20, messages: messages(11, 20) });
  const seen = { asked: [], to: [], reloads: 0, waits: [], release: null };
  const catchUp = new CatchUp(store, {
    ask: async (rev, to) => {
      seen.asked.push(rev);
      seen.to.push(to);
      return answers.shift();
    },
    reload: async () => {
      seen.reloads += 1;
    },
    changed: () => {},
    wait: (ms) => {
      seen.waits.push(ms);
      return new Promise((resolve) => {
        seen.release = resolve;
      });
    },
    random: () => 0.5,
  });
  return { store, catchUp, seen };
}

test("a gap that closes while waiting asks nothing", async () => {
  const { store, catchUp, seen } = scene();
  store.hear({ rev: 22, message: message(22) });
  const waited = catchUp.gapSeen();
  store.hear({ rev: 21, message: message(21) });
  seen.release();
  await waited;
  assert.deepEqual(seen.waits, [300]);
  assert.deepEqual(seen.asked, []);
});

test("a gap that stays is asked about, page by page", async () => {
  const { store, catchUp, seen } = scene([
    { rev: 21, complete: false, messages: [message(21)] },
    { rev: 23, complete: true, messages: [message(22), message(23)] },
  ]);
  store.hear({ rev: 23, message: message(23) });
  const waited = catchUp.gapSeen();
  seen.release();
  await waited;
  assert.deepEqual(seen.asked, [20, 21]);
  assert.deepEqual(seen.to, [23, 23]);
  assert.equal(store.high, 23);
  assert.equal(store.hasGap, false);
});

test("two gaps at once wait once and ask once", async () => {
  const { store, catchUp, seen } = scene([{ rev: 25, complete: true, messages: messages(21, 25) }]);
  store.hear({ rev: 23, message: message(23) });
  const first = catchUp.gapSeen();
  store.hear({ rev: 25, message: message(25) });
  const second = catchUp.gapSeen();
  seen.release();
  await Promise.all([first, second]);
  assert.deepEqual(seen.asked, [20]);
});

test("what is pushed meanwhile is not asked for", async () => {
  const { store, catchUp, seen } = scene([{ rev: 22, complete: true, messages: messages(21, 22) }]);
  const reached = catchUp.reach(22);
  store.hear({ rev: 23, message: message(23) });
  await reached;
  assert.deepEqual(seen.to, [22]);
  assert.equal(store.rev, 23);
});

test("who waits for less than is missing asks again", async () => {
  const { store, catchUp, seen } = scene([
    { rev: 22, complete: true, messages: messages(21, 22) },
    { rev: 25, complete: true, messages: messages(23, 25) },
  ]);
  await Promise.all([catchUp.reach(22), catchUp.reach(25)]);
  assert.deepEqual(seen.asked, [20, 22]);
  assert.deepEqual(seen.to, [22, 25]);
  assert.equal(store.rev, 25);
});

test("far behind, the last page is loaded instead", async () => {
  const { catchUp, seen } = scene();
  await catchUp.reach(600);
  assert.equal(seen.reloads, 1);
  assert.deepEqual(seen.asked, []);
});

test("an answer that does not advance ends in an error, not in a circle", async () => {
  const { catchUp } = scene([{ rev: 20, complete: false, messages: [] }]);
  await assert.rejects(catchUp.reach(21));
});

test("a server that asks to begin again is followed", async () => {
  const { catchUp, seen } = scene([{ rev: 700, complete: true, reset: true, messages: [] }]);
  await catchUp.reach(25);
  assert.equal(seen.reloads, 1);
});
