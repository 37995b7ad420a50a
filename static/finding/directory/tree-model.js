/**
 * Walking a tree of rows, without the page: what is seen, and where a key leads.
 *
 * A row is `{id, level, name, open}`: `level` begins at 1, `open` is null for a leaf. Rows come in
 * the order in which they stand, those in closed branches too.
 */

const TYPED_WITHIN_MS = 700;

/** The rows that are seen: those all of whose branches are open. */
export function seen(rows) {
  const shown = [];
  let closedAt = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    if (row.level > closedAt) continue;
    closedAt = row.open === false ? row.level : Number.POSITIVE_INFINITY;
    shown.push(row);
  }
  return shown;
}

/** Whether a row has rows of its branch after it already. */
export function isLoaded(rows, id) {
  const place = rows.findIndex((row) => row.id === id);
  return rows[place + 1]?.level > rows[place].level;
}

/**
 * What a key does on a row of the tree.
 *
 * @returns {{focus?: string, open?: string, close?: string} | null} null where it does nothing
 */
export function act(rows, id, key) {
  const shown = seen(rows);
  const place = shown.findIndex((row) => row.id === id);
  const row = shown[place];
  if (!row) return null;
  const to = (other) => (other && other.id !== id ? { focus: other.id } : null);
  switch (key) {
    case "ArrowDown":
      return to(shown[place + 1]);
    case "ArrowUp":
      return to(shown[place - 1]);
    case "Home":
      return to(shown[0]);
    case "End":
      return to(shown.at(-1));
    case "ArrowRight":
      if (row.open === false) return { open: id };
      return row.open ? to(shown[place + 1]) : null;
    case "ArrowLeft":
      // The top of the tree stays open: there is nothing above it to go to.
      if (row.open && row.level > 1) return { close: id };
      return to(shown.slice(0, place).findLast((other) => other.level < row.level));
    default:
      return null;
  }
}

/** Letters typed one after another, to find the next row whose name begins like that. */
export class TypeAhead {
  #typed = "";
  #last = Number.NEGATIVE_INFINITY;

  /**
   * @param {string} letter
   * @param {number} now in milliseconds
   * @returns {string | null} the id of the row found
   */
  find(rows, id, letter, now) {
    this.#typed = now - this.#last < TYPED_WITHIN_MS ? this.#typed + letter : letter;
    this.#last = now;
    const wanted = folded(this.#typed);
    const shown = seen(rows);
    const place = shown.findIndex((row) => row.id === id);
    // The first letter leads on to the next row; more letters may stay on this one.
    const first = this.#typed.length > 1 ? place : place + 1;
    const around = [...shown.slice(first), ...shown.slice(0, first)];
    return around.find((row) => folded(row.name).startsWith(wanted))?.id ?? null;
  }
}

function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
