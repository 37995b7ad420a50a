/** Reads texts as JSON, writes what the editor makes of each: null for one it leaves as it is. */
import { readFileSync } from "node:fs";
import { Markdown } from "../../../../static/publishing/writing/markdown.js";
import { shapes } from "../../../../static/publishing/writing/shapes.js";
import { getSchema } from "../../../../static/vendor/editor.js";

const markdown = new Markdown(getSchema(shapes()));
const texts = JSON.parse(readFileSync(0, "utf-8"));
const made = texts.map((text) => (markdown.changesAt(text) ? null : written(text)));
process.stdout.write(JSON.stringify(made));

function written(text) {
  return markdown.serialize(markdown.parse(text));
}
