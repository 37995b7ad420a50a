/** Finding emoji by words in the reader's language, accents and case aside. */
export function fold(text) {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

/**
 * @param {[emoji: string, name: string, keywords: string][]} all in their usual order
 * @param {string} query
 * @returns those in which every word of the query begins a word; names come before keywords
 */
export function searchEmoji(all, query, limit = 60) {
  const asked = fold(query).split(/\s+/).filter(Boolean);
  if (!asked.length) return all.slice(0, limit);
  const found = [];
  for (const [order, entry] of all.entries()) {
    const rank = rankOf(entry, asked);
    if (rank < 3) found.push({ entry, rank, order });
  }
  found.sort((a, b) => a.rank - b.rank || a.order - b.order);
  return found.slice(0, limit).map(({ entry }) => entry);
}

function rankOf([, name, keywords], asked) {
  const folded = fold(name);
  if (folded.startsWith(asked.join(" "))) return 0;
  if (begins(folded, asked)) return 1;
  return begins(`${folded} ${fold(keywords)}`, asked) ? 2 : 3;
}

function begins(words, asked) {
  const list = words.split(/[\s,:-]+/);
  return asked.every((word) => list.some((other) => other.startsWith(word)));
}
