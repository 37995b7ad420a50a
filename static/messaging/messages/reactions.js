/** Reactions as one reader sees them: the five named ones first, then by first use. */
export const NAMED = ["👍", "🙏", "✅", "👀", "❓"];
const SHOWN_PEOPLE = 50;

/** @returns {{emoji: string, count: number, mine: boolean}[]} */
export function reactionsFor(message, personId) {
  return (message.reactions ?? [])
    .filter(({ count }) => count > 0)
    .map(({ emoji, count, people }) => ({ emoji, count, mine: people.includes(personId) }))
    .sort((a, b) => place(a.emoji) - place(b.emoji));
}

/** The message as it will be once one's own reaction is stored: shown at once. */
export function withReaction(message, emoji, personId, on) {
  const reactions = (message.reactions ?? []).map((one) => ({ ...one }));
  let entry = reactions.find((one) => one.emoji === emoji);
  if (!entry) {
    entry = { emoji, count: 0, people: [] };
    reactions.push(entry);
  }
  const isOn = entry.people.includes(personId);
  if (isOn === on) return message;
  entry.count += on ? 1 : -1;
  entry.people = on
    ? [...entry.people, personId].slice(0, SHOWN_PEOPLE)
    : entry.people.filter((id) => id !== personId);
  return { ...message, reactions: reactions.filter(({ count }) => count > 0) };
}

function place(emoji) {
  const named = NAMED.indexOf(emoji);
  return named < 0 ? NAMED.length : named;
}
