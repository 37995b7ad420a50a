/**
 * What this browser keeps for one person. Where storage is full or refused, it keeps nothing
 * longer than the page lives, and nothing breaks.
 */
const PREFIX = "intranet:";
let isClosed = false;

export class PersonalStorage {
  #prefix;
  #area;
  #memory = new Map();

  /**
   * @param {string} personId
   * @param {Storage} [area]
   */
  constructor(personId, area = globalThis.localStorage) {
    this.#prefix = `${PREFIX}${personId}:`;
    this.#area = area;
  }

  keys() {
    const names = new Set(this.#memory.keys());
    for (const name of namesIn(this.#area)) {
      if (name.startsWith(this.#prefix)) names.add(name.slice(this.#prefix.length));
    }
    return [...names];
  }

  read(key) {
    if (this.#memory.has(key)) return this.#memory.get(key);
    try {
      return JSON.parse(this.#area.getItem(this.#prefix + key)) ?? undefined;
    } catch {
      return undefined;
    }
  }

  write(key, value) {
    if (isClosed) return;
    try {
      this.#area.setItem(this.#prefix + key, JSON.stringify(value));
      this.#memory.delete(key);
    } catch {
      this.#memory.set(key, value);
    }
  }

  remove(key) {
    this.#memory.delete(key);
    try {
      this.#area.removeItem(this.#prefix + key);
    } catch {
      // Nothing was kept there.
    }
  }

  /** Whether a change that another tab made, as told by a `storage` event, is this person's. */
  owns(name) {
    return name === null || name.startsWith(this.#prefix);
  }
}

/** Forget what is kept for anybody but `personId`; with null, for everybody. */
export function forgetOthers(personId, area = globalThis.localStorage) {
  const kept = personId ? `${PREFIX}${personId}:` : null;
  for (const name of namesIn(area)) {
    if (name.startsWith(PREFIX) && !(kept && name.startsWith(kept))) area.removeItem(name);
  }
}

/** Forget everything, and keep nothing more while this page lives: its reader signs out. */
export function forgetForGood(area = globalThis.localStorage) {
  isClosed = true;
  forgetOthers(null, area);
}

function namesIn(area) {
  try {
    return Array.from({ length: area.length }, (_, index) => area.key(index));
  } catch {
    return [];
  }
}
