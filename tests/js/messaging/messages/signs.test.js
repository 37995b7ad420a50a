import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { searchEmoji } from "../../../../static/messaging/messages/emoji-search.js";
import { reactionsFor } from "../../../../static/messaging/messages/reactions.js";
import { OwnTyping, TypingPeople } from "../../../../static/messaging/messages/typing-people.js";
import { message } from "../../examples.js";

function emojiIn(language) {
  const file = new URL(`../../../../static/vendor/emoji/${language}.json`, import.meta.url);
  return JSON.parse(readFileSync(file)).flatMap(({ emoji }) => emoji);
}

for (const [language, query, emoji] of [
  ["es", "camion", "🚚"],
  ["ca", "gos", "🐕️"],
  ["gl", "can", "🐕️"],
  ["eu", "txakur", "🐕️"],
  ["en", "dog", "🐕️"],
]) {
  test(`emoji are found by words in ${language}: ${query}`, () => {
    const found = searchEmoji(emojiIn(language), query).map(([sign]) => sign);
    assert.ok(found.includes(emoji), found.join(" "));
  });
}

test("an emoji whose name begins with the query comes first", () => {
  const all = [
    ["1", "cara de perro", "perro"],
    ["2", "perro", ""],
  ];
  assert.deepEqual(
    searchEmoji(all, "PÉRRO").map(([sign]) => sign),
    ["2", "1"],
  );
});

test("the five named reactions come first and say which is mine", () => {
  const given = message(1, {
    reactions: [
      { emoji: "🎉", count: 1, people: ["ana"] },
      { emoji: "🙏", count: 2, people: ["carles", "iria"] },
    ],
  });
  assert.deepEqual(reactionsFor(given, "ana"), [
    { emoji: "🙏", count: 2, mine: false },
    { emoji: "🎉", count: 1, mine: true },
  ]);
});

test("typing is forgotten six seconds after its last sign", () => {
  const people = new TypingPeople();
  people.heard("ana", 0);
  people.heard("iria", 4_000);
  assert.deepEqual(people.now(5_999), ["ana", "iria"]);
  assert.deepEqual(people.now(6_000), ["iria"]);
  people.stopped("iria");
  assert.deepEqual(people.now(6_001), []);
});

test("one's own typing is told at most every three seconds", () => {
  const own = new OwnTyping();
  assert.equal(own.isWorthTelling(0), true);
  assert.equal(own.isWorthTelling(2_999), false);
  assert.equal(own.isWorthTelling(3_000), true);
  own.sent();
  assert.equal(own.isWorthTelling(3_001), true);
});
