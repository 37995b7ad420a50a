import assert from "node:assert/strict";
import { test } from "node:test";
import { Resumable } from "../../../../static/delivery/files/resumable.js";

const MIB = 1024 * 1024;

/** A server that keeps what comes, and a line that is cut as a test says. */
function line(size, { cuts = {}, refusal = null } = {}) {
  const calls = [];
  const told = () => ({ offset: door.has, part_size: 4 * MIB, file: door.file });
  const door = {
    calls,
    has: 0,
    file: null,
    async begin() {
      calls.push("begin");
      return told();
    },
    async ask() {
      calls.push("ask");
      return told();
    },
    async send(from, to, moved) {
      calls.push([from, to]);
      moved((to - from) / 2);
      const cut = cuts[calls.filter(Array.isArray).length];
      if (cut !== "before") door.has = to;
      if (door.has === size) door.file = { id: "film" };
      if (cut) throw Object.assign(new Error(""), { status: 0 });
      if (refusal) throw Object.assign(new Error("No video"), { status: refusal });
      return told();
    },
    async wait(ms) {
      calls.push(`wait ${ms}`);
    },
  };
  return door;
}

test("parts grow on a good line, and the last one brings the file", async () => {
  const size = 2 * MIB + 10;
  const door = line(size);
  const sending = new Resumable(size, door);

  await sending.start();

  assert.deepEqual(door.calls, [
    "begin",
    [0, MIB / 4],
    [MIB / 4, (3 * MIB) / 4],
    [(3 * MIB) / 4, (7 * MIB) / 4],
    [(7 * MIB) / 4, size],
  ]);
  assert.equal(sending.state, "done");
  assert.deepEqual(sending.file, { id: "film" });
});

test("after a cut it asks how much has come, and loses no more than the part", async () => {
  const size = MIB;
  const door = line(size, { cuts: { 2: "before", 3: "after" } });
  const states = [];
  const sending = new Resumable(size, door);
  sending.addEventListener("changed", () => states.push(sending.state));

  await sending.start();

  const quarter = MIB / 4;
  assert.deepEqual(door.calls, [
    "begin",
    [0, quarter],
    [quarter, 3 * quarter],
    "wait 1000",
    "ask",
    [quarter, 2 * quarter],
    "wait 2000",
    "ask",
    [2 * quarter, 3 * quarter],
    [3 * quarter, size],
  ]);
  assert.equal(sending.state, "done");
  assert.ok(states.includes("waiting"));
});

test("a lost last answer is asked for, and nothing is sent twice", async () => {
  const door = line(100, { cuts: { 1: "after" } });
  const sending = new Resumable(100, door);

  await sending.start();

  assert.deepEqual(door.calls, ["begin", [0, 100], "wait 1000", "ask"]);
  assert.equal(sending.state, "done");
});

test("a refusal ends it with its reason", async () => {
  const sending = new Resumable(100, line(100, { refusal: 422 }));

  await sending.start();

  assert.equal(sending.state, "failed");
  assert.equal(sending.reason, "No video");
});

test("a pause stops it, and it goes on where it was", async () => {
  const size = MIB;
  const door = line(size);
  const sending = new Resumable(size, door);
  const { send } = door;
  door.send = async (...given) => {
    const answer = await send(...given);
    if (given[0] === 0) sending.pause();
    return answer;
  };

  await sending.start();
  assert.equal(sending.state, "paused");
  door.send = send;
  await sending.start();

  assert.equal(sending.state, "done");
  assert.deepEqual(
    door.calls.filter(Array.isArray).map(([from]) => from),
    [0, MIB / 4, (3 * MIB) / 4],
  );
});
