/**
 * Mentions while writing. The box shows `@Ana Castro`; what is sent says who that is:
 * `@[Ana Castro](person:ID)`.
 */
const MARKED =
  /@\[([^[\]\n]{1,200})\]\((person|post|channel):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)/g;

/**
 * What is sent.
 *
 * @param {string} text as in the box
 * @param {{kind: string, id: string, text: string}[]} mentions chosen from the suggestions
 */
export function withMarks(text, mentions) {
  const longestFirst = [...mentions].sort((a, b) => b.text.length - a.text.length);
  let marked = "";
  let rest = text;
  while (rest) {
    const at = rest.indexOf("@");
    if (at < 0) return marked + rest;
    marked += rest.slice(0, at);
    rest = rest.slice(at);
    const found = startsWord(marked)
      ? longestFirst.find((mention) => names(rest, mention.text))
      : undefined;
    marked += found ? `@[${bare(found.text)}](${found.kind}:${found.id})` : "@";
    rest = rest.slice(found ? found.text.length + 1 : 1);
  }
  return marked;
}

/** What the box shows of a body, and the mentions in it; `sign` stands before each name. */
export function withoutMarks(body, sign = "@") {
  const mentions = [];
  const text = body.replace(MARKED, (_, words, kind, id) => {
    if (!mentions.some((known) => known.text === words)) mentions.push({ kind, id, text: words });
    return sign + words;
  });
  return { text, mentions };
}

/** Whether everybody is called, so that the writer is told how many will hear. */
export function callsEverybody(text, mentions) {
  return withMarks(text, mentions).match(/\]\(channel:/) !== null;
}

function names(rest, words) {
  if (!rest.startsWith(words, 1)) return false;
  const next = rest.slice(words.length + 1, words.length + 2);
  return !/[\p{L}\p{N}_]/u.test(next);
}

function startsWord(before) {
  return !/[\p{L}\p{N}_.]$/u.test(before);
}

function bare(words) {
  return words.replaceAll(/[[\]\n]/g, " ");
}
