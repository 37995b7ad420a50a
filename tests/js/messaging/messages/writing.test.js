import assert from "node:assert/strict";
import { test } from "node:test";
import { format, quoted } from "../../../../static/messaging/messages/markdown-edit.js";
import {
  callsEverybody,
  withMarks,
  withoutMarks,
} from "../../../../static/messaging/messages/mention-text.js";

const ID = "01970000-0000-7000-8000-000000000001";
const ANA = { kind: "person", id: ID, text: "Ana" };
const ANA_CASTRO = { kind: "person", id: ID.replace(/1$/, "2"), text: "Ana Castro" };

/** `text` with the selection between two bars. */
function at(marked) {
  const start = marked.indexOf("|");
  const end = marked.lastIndexOf("|") - 1;
  return { text: marked.replaceAll("|", ""), start, end: Math.max(start, end) };
}

function after(kind, marked) {
  const { text, start, end } = format(kind, at(marked));
  return start === end
    ? `${text.slice(0, start)}|${text.slice(start)}`
    : `${text.slice(0, start)}|${text.slice(start, end)}|${text.slice(end)}`;
}

test("names chosen from the suggestions are sent with who they are, the longest first", () => {
  assert.equal(
    withMarks("@Ana Castro y @Ana, ¿venís?", [ANA, ANA_CASTRO]),
    `@[Ana Castro](person:${ANA_CASTRO.id}) y @[Ana](person:${ID}), ¿venís?`,
  );
});

test("a name inside another word or an address stays as it is", () => {
  assert.equal(withMarks("x@Ana.example @Anabel", [ANA]), "x@Ana.example @Anabel");
});

test("marks are taken off for editing and come back the same", () => {
  const body = `Hola @[Ana Castro](person:${ID}), mira esto`;
  const { text, mentions } = withoutMarks(body);
  assert.equal(text, "Hola @Ana Castro, mira esto");
  assert.equal(withMarks(text, mentions), body);
});

test("calling everybody is noticed only where it was chosen", () => {
  const everybody = { kind: "channel", id: ID, text: "canal" };
  assert.equal(callsEverybody("@canal reunión", [everybody]), true);
  assert.equal(callsEverybody("canal reunión", [everybody]), false);
});

test("bold goes around the selection and off again", () => {
  assert.equal(after("bold", "un |aviso| claro"), "un **|aviso|** claro");
  assert.equal(after("bold", "un **|aviso|** claro"), "un |aviso| claro");
});

test("lists and quotes begin every chosen line, and numbers count", () => {
  assert.equal(after("list", "|uno\ndos|"), "- uno\n- dos|");
  assert.equal(after("ordered", "|uno\ndos|"), "1. uno\n2. dos|");
  assert.equal(after("quote", "> u|no"), "uno|");
});

test("code on several lines is fenced", () => {
  assert.equal(after("code", "|a\nb|"), "```|\na\nb\n```");
});

test("an address becomes the link's target, words become its text", () => {
  assert.equal(after("link", "|https://boe.es/1|"), "[|](https://boe.es/1)");
  assert.equal(after("link", "la |ley|"), "la [ley](|https://|)");
});

test("a quote names its author and leaves room for the answer", () => {
  const quote = quoted("uno\n\ndos", "Ana, 8:31", "/c/1/m/2");
  assert.equal(quote, "> **[Ana, 8:31](/c/1/m/2)**\n>\n> uno\n>\n> dos\n\n");
});

test("a long quotation is cut, and no name breaks out of its link", () => {
  const quote = quoted("a".repeat(5_000), "A]na(", "/c/1/m/2");
  assert.match(quote, /^> \*\*\[A na\(\]\(\/c\/1\/m\/2\)\*\*\n>\n> a{1000}…\n\n$/);
});
