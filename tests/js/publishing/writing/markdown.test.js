import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf } from "../../../../static/publishing/writing/link-line.js";
import { Markdown } from "../../../../static/publishing/writing/markdown.js";
import { isSafeAddress } from "../../../../static/publishing/writing/rules.js";
import { shapes } from "../../../../static/publishing/writing/shapes.js";
import { getSchema } from "../../../../static/vendor/editor.js";
import { CHANGING, HARD } from "./texts.js";

const schema = getSchema(shapes());
const markdown = new Markdown(schema);
const ID = "01890000-0000-7000-8000-000000000001";

function written(...content) {
  return markdown.serialize(schema.nodeFromJSON({ type: "doc", content }));
}

function line(...content) {
  return { type: "paragraph", content };
}

function words(text, ...marks) {
  return { type: "text", text, marks: marks.map((type) => ({ type })) };
}

/** Spaces beside each other are one on a page. */
function bare({ textContent }) {
  return textContent.replaceAll(/\s+/g, "");
}

for (const [at, text] of HARD.entries()) {
  test(`hard text ${at + 1} stays as it is`, () => {
    assert.equal(markdown.changesAt(text), 0, markdown.serialize(markdown.parse(text)));
    const again = markdown.serialize(markdown.parse(text));
    assert.equal(markdown.serialize(markdown.parse(again)), again);
  });
}

test("a text that would change says at which line", () => {
  for (const [text, at] of CHANGING) assert.equal(markdown.changesAt(text), at, text);
});

test("what is typed means what it says, whatever signs are in it", () => {
  const signs =
    "* _ ` [a](b) # 1. 1) - + > | ~~x~~ \\ ![c](d) <https://x.es> a_b_c @[x](person:y) &amp;";
  for (const sign of [signs, ...signs.split(" "), "**a**", "---", "|---|", "```", "~~~", "  # x"]) {
    for (const block of [line(words(sign)), line(words("a"), { type: "hardBreak" }, words(sign))]) {
      const read = markdown.parse(written(block));
      assert.equal(bare(read), bare(schema.nodeFromJSON(block)), sign);
      assert.equal(read.childCount, 1, sign);
      assert.equal(read.firstChild.type.name, "paragraph", sign);
      read.firstChild.forEach(({ marks }) => {
        assert.equal(marks.length, 0, sign);
      });
    }
  }
});

test("marks stand around words, not around the spaces beside them", () => {
  assert.equal(
    written(line(words("Hoy"), words(" cierra ", "bold"), words("ya"))),
    "Hoy **cierra** ya",
  );
  assert.equal(written(line(words("in"), words("form", "italic"), words("able"))), "in*form*able");
  assert.equal(written(line(words("una "), words("cita", "italic"))), "una _cita_");
});

test("lists that touch stay two, and one within another stays within", () => {
  const item = (text, ...more) => ({ type: "listItem", content: [line(words(text)), ...more] });
  const list = (...content) => ({ type: "bulletList", content });
  const text = written(list(item("a", list(item("b")))), list(item("c")));
  assert.equal(text.replaceAll(/\n{2,}/g, "\n"), "- a\n  - b\n* c");
  assert.equal(markdown.parse(text).childCount, 2);
});

test("a table keeps its lines, its bars and how its columns stand", () => {
  const cell = (text, type = "tableCell", align = null) => ({
    type,
    attrs: { align },
    content: [line(words(text))],
  });
  const head = {
    type: "tableRow",
    content: [cell("Día", "tableHeader", "right"), cell("a|b", "tableHeader")],
  };
  const row = { type: "tableRow", content: [cell("1"), cell("\\|")] };
  const text = written({ type: "table", content: [head, row] });
  assert.match(text, /^\| Día \| a\\\|b \|\n\| --: \| --- \|\n/);
  assert.equal(markdown.parse(text).textContent, "Díaa|b1\\|");
});

test("pictures stand on lines of their own, mentions in the words", () => {
  const picture = { type: "picture", attrs: { id: ID, words: "Una [foto]" } };
  const mention = { type: "mention", attrs: { kind: "person", id: ID, text: "Ana" } };
  const text = written(line(words("Pregunta a "), mention, words(".")), picture);
  assert.equal(text, `Pregunta a @[Ana](person:${ID}).\n\n![Una  foto ](file:${ID})`);
  assert.equal(markdown.changesAt(text), 0);
});

test("where no files are kept, the line of a picture is words", () => {
  const plain = new Markdown(getSchema(shapes({ pictures: false })), { pictures: false });
  const read = plain.parse(`![Una foto](file:${ID})`);
  assert.equal(read.textContent, `![Una foto](file:${ID})`);
});

test("what would be lost is noticed", () => {
  const odd = line(words("dice"), words("«hola»", "bold"), words("ya"));
  const doc = schema.nodeFromJSON({ type: "doc", content: [odd] });
  const text = markdown.serialize(doc);
  assert.equal(markdown.keeps(doc, text), markdown.parse(text).textContent === "dice«hola»ya");
  assert.equal(markdown.keeps(doc, "dice hola ya"), false);
});

test("an address is taken as one types it, and never a script", () => {
  assert.equal(addressOf(" monteclaro.es/obras "), "https://monteclaro.es/obras");
  assert.equal(addressOf("ana@monteclaro.es"), "mailto:ana@monteclaro.es");
  assert.equal(addressOf("/p/1"), "/p/1");
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "", "//x.es", "file:1"]) {
    assert.equal(isSafeAddress(addressOf(bad)), false, bad);
  }
});
