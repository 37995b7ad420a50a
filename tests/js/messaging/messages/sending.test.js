import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "../../../../static/messaging/messages/outbox.js";
import { Sender } from "../../../../static/messaging/messages/sender.js";
import { PersonalStorage } from "../../../../static/platform/core/storage.js";
import { memoryStorage } from "../../examples.js";

function refusal(status, message = "") {
  return Object.assign(new Error(message), { status });
}

function scene(answer, area = memoryStorage()) {
  const outbox = new Outbox(new PersonalStorage("ana", area));
  const sent = [];
  const stored = [];
  const waits = [];
  const sender = new Sender(outbox, {
    send: async (post) => {
      sent.push(post.client_id);
      return answer(post, sent.length);
    },
    wait: async (ms) => {
      waits.push(ms);
    },
    notify: (kind, post) => {
      if (kind === "stored") stored.push(post.client_id);
    },
  });
  const write = (client_id, conversation_id = "c1", now = 1_000) =>
    outbox.add({ client_id, conversation_id, body: client_id }, now);
  return { outbox, sender, sent, stored, waits, write, area };
}

test("posts of a conversation go one after the other, as they were written", async () => {
  const { sender, sent, stored, write, outbox } = scene(async () => ({}));
  for (const id of ["c", "a", "b"]) write(id);
  await sender.flush();
  assert.deepEqual(sent, ["c", "a", "b"]);
  assert.deepEqual(stored, ["c", "a", "b"]);
  assert.deepEqual(outbox.posts(), []);
});

test("without an answer nothing overtakes, and all wait for the next connection", async () => {
  let isAway = true;
  const { sender, sent, write, outbox } = scene(async () => {
    if (isAway) throw new Error("no connection");
    return {};
  });
  write("a");
  write("b");
  await sender.flush();
  assert.deepEqual(sent, ["a"]);
  assert.deepEqual(
    outbox.posts().map(({ state }) => state),
    ["waiting", "waiting"],
  );
  isAway = false;
  await sender.flush();
  assert.deepEqual(sent, ["a", "a", "b"]);
});

test("a refused post says why, stays in its place and holds nobody up", async () => {
  const { sender, sent, write, outbox } = scene(async ({ client_id }) => {
    if (client_id === "a") throw refusal(422, "At most 10,000 characters.");
    return {};
  });
  write("a");
  write("b");
  await sender.flush();
  assert.deepEqual(sent, ["a", "b"]);
  const [post] = outbox.posts("c1");
  assert.deepEqual([post.state, post.reason], ["failed", "At most 10,000 characters."]);
  outbox.retry("a");
  assert.equal(outbox.get("a").state, "waiting");
});

test("too many at once are sent again after the time the server names", async () => {
  const { sender, sent, write, waits } = scene(async (_post, times) => {
    if (times === 1) throw Object.assign(refusal(429), { retryAfter: 7 });
    return {};
  });
  write("a");
  await sender.flush();
  assert.deepEqual(waits, [7_000]);
  assert.deepEqual(sent, ["a", "a"]);
});

test("a post says why the server takes none for a while, until it is stored", async () => {
  const seen = [];
  const { outbox, sender, write } = scene(async (_post, times) => {
    seen.push([outbox.get("a").state, outbox.get("a").reason]);
    if (times < 3) throw refusal(503, "The service is moving.");
    return {};
  });
  write("a");
  await sender.flush();
  assert.deepEqual(seen, [
    ["sending", ""],
    ["sending", "The service is moving."],
    ["sending", "The service is moving."],
  ]);
  assert.deepEqual(outbox.posts(), []);
});

test("what was not acknowledged is there again after a restart, once", async () => {
  const area = memoryStorage();
  const before = scene(async () => {
    throw new Error("no connection");
  }, area);
  before.write("a");
  before.write("b");
  await before.sender.flush();

  const after = scene(async () => ({}), area);
  await after.sender.flush();
  assert.deepEqual(after.sent, ["a", "b"]);
  assert.deepEqual(scene(async () => ({}), area).outbox.posts(), []);
});

test("two tabs do not overwrite what the other one keeps", () => {
  const area = memoryStorage();
  const one = scene(async () => ({}), area);
  const other = scene(async () => ({}), area);
  one.write("a");
  other.write("b");
  one.outbox.load();
  assert.deepEqual(
    one.outbox.posts().map(({ client_id }) => client_id),
    ["a", "b"],
  );
});

test("conversations do not wait for each other", async () => {
  const { sender, sent, write } = scene(async ({ conversation_id }) => {
    if (conversation_id === "c1") throw new Error("no connection");
    return {};
  });
  write("a", "c1");
  write("b", "c2");
  await sender.flush();
  assert.deepEqual(sent, ["a", "b"]);
});
