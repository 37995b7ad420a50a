const TONES = 7;

/** The tone of a person's avatar, the same as the filter `avatar_tone` gives. */
export function avatarTone(id) {
  return Number.parseInt(id.replaceAll("-", "").slice(-4), 16) % TONES;
}

/** Two letters for a name, the same as the filter `initials` gives. */
export function initials(name) {
  const words = name.replaceAll("'", " ").split(/\s+/);
  const capital = words.filter((word) => /^\p{Lu}/u.test(word));
  return (
    capital
      .map((word) => [...word][0])
      .slice(0, 2)
      .join("") || name.slice(0, 2).toUpperCase()
  );
}

/** An avatar as the macro `avatar` draws it, without a photo. */
export function avatar({ id, name }, size = 36) {
  const drawing = document.createElement("span");
  drawing.className = `avatar avatar--${size} avatar--tone-${avatarTone(id)}`;
  drawing.setAttribute("aria-hidden", "true");
  drawing.textContent = initials(name);
  return drawing;
}
