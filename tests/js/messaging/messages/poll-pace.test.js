import assert from "node:assert/strict";
import { test } from "node:test";
import { PollPace } from "../../../../static/messaging/messages/poll-pace.js";

/** A clock of a test: what is due is done in its order. */
function scene(seed = 7) {
  let at = 0;
  let state = seed;
  const due = [];
  return {
    now: () => at,
    later: (does, ms) => due.push({ when: at + ms, does }),
    random: () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state / 2 ** 31;
    },
    until(end) {
      for (;;) {
        due.sort((one, other) => one.when - other.when);
        if (!due.length || due[0].when > end) break;
        const next = due.shift();
        at = next.when;
        next.does();
      }
      at = end;
    },
  };
}

test("three hundred screens spread what they ask over two seconds", () => {
  const clock = scene();
  const asked = [];
  const screens = Array.from({ length: 300 }, () => new PollPace(clock));
  for (const screen of screens) screen.changed("p", () => asked.push(clock.now()));
  clock.until(2_000);

  assert.equal(asked.length, 300);
  for (let from = 0; from < 2_000; from += 200) {
    const here = asked.filter((at) => at >= from && at < from + 200).length;
    assert.ok(here < 60, `${here} of 300 in a fifth of a second`);
  }
});

test("of 200 votes in 20 seconds each of 300 screens asks at most three times", () => {
  const clock = scene();
  let asked = 0;
  const screens = Array.from({ length: 300 }, () => new PollPace(clock));
  for (let told = 0; told <= 20_000; told += 2_000) {
    clock.until(told); // the server tells at most once in two seconds
    for (const screen of screens) screen.changed("p", () => (asked += 1));
  }
  clock.until(60_000);

  assert.ok(asked >= 300);
  assert.ok(asked <= 900, `${asked}`);
});

test("the last vote is never lost, and polls do not wait for each other", () => {
  const clock = scene();
  const asked = [];
  const pace = new PollPace(clock);
  pace.changed("p", (id) => asked.push([id, clock.now()]));
  clock.until(3_000);
  pace.changed("p", (id) => asked.push([id, clock.now()]));
  pace.changed("q", (id) => asked.push([id, clock.now()]));
  clock.until(6_000);
  assert.deepEqual(
    asked.map(([id]) => id),
    ["p", "q"],
  );
  clock.until(20_000);

  assert.deepEqual(
    asked.map(([id]) => id),
    ["p", "q", "p"],
  );
  assert.ok(asked[2][1] - asked[0][1] >= 10_000);
});
