/** Small messages for the models' tests. */
export function message(seq, more = {}) {
  return {
    id: `m${seq}`,
    seq,
    rev: seq,
    author: { id: "ana", name: "Ana Castro", caption: "Administrativa · Licencias" },
    body: `message ${seq}`,
    created_at: "2026-11-25T08:00:00Z",
    deleted: false,
    ...more,
  };
}

export function messages(from, to) {
  return Array.from({ length: to - from + 1 }, (_, index) => message(from + index));
}

export function seqs(list) {
  return list.map(({ seq }) => seq);
}

/** A Storage as browsers have it. */
export function memoryStorage() {
  const kept = new Map();
  return {
    get length() {
      return kept.size;
    },
    key: (index) => [...kept.keys()][index] ?? null,
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => kept.set(name, String(value)),
    removeItem: (name) => kept.delete(name),
  };
}
