/** Reactions as one reader sees them: the five named ones first, then by first use. */
export const NAMED = ["👍", "🙏", "✅", "👀", "❓"];

/** @returns {{emoji: string, count: number, mine: boolean}[]} */
export function reactionsFor(message, personId) {
  return (message.reactions ?? [])
    .filter(({ count }) => count > 0)
    .map(({ emoji, count, people }) => ({ emoji, count, mine: people.includes(personId) }))
    .sort((a, b) => place(a.emoji) - place(b.emoji));
}

function place(emoji) {
  const named = NAMED.indexOf(emoji);
  return named < 0 ? NAMED.length : named;
}
