/**
 * What stands between messages: days, the line above what is new, which message goes on under the
 * same name, and which runs that retention removed are one line. The server arranges its pages by the same rules (messages/page_entries.py).
 */
const GROUPED_WITHIN_MS = 5 * 60 * 1000;
const FOLDED_FROM = 3;

/** The day of an instant in a time zone, as 2026-11-25. */
export function dayOf(instant, zone) {
  return dayFormat(zone).format(new Date(instant));
}

/**
 * @param {object[]} messages in order
 * @param {{zone: string, firstNew?: number, newCount?: number}} options `firstNew` is the place
 *   of the first message under the line
 * @returns {object[]} `{kind: "day", key, date}`, `{kind: "new", key, count}`,
 *   `{kind: "message", key, message, continued}` and `{kind: "removed", key, messages}`; the key of
 *   the last is that of its last message, so that it stays when older ones are loaded
 */
export function arrange(messages, { zone, firstNew = 0, newCount = 0 }) {
  const rows = [];
  let before = null;
  let lineIsDue = firstNew > 0;
  let day = "";
  for (const run of runsOf(messages, firstNew)) {
    const [message] = run;
    const date = message.created_at ? dayOf(message.created_at, zone) : day;
    if (date && date !== day) {
      rows.push({ kind: "day", key: `day-${date}`, date });
      day = date;
      before = null;
    }
    if (lineIsDue && message.seq >= firstNew) {
      rows.push({ kind: "new", key: "new", count: newCount });
      lineIsDue = false;
      before = null;
    }
    if (run.length > 1) {
      rows.push({ kind: "removed", key: `removed-${run.at(-1).id}`, messages: run });
    } else {
      rows.push({
        kind: "message",
        key: message.id ?? message.client_id,
        message,
        continued: goesOn(before, message),
      });
    }
    before = message;
  }
  return rows;
}

/** Whether a message stands under the name of the one before it. */
export function goesOn(before, message) {
  if (!before || before.deleted || message.deleted) return false;
  if (before.parent_id || message.parent_id || message.pinned) return false;
  if (before.author.id !== message.author.id || before.author.caption !== message.author.caption) {
    return false;
  }
  return Date.parse(message.created_at) - Date.parse(before.created_at) < GROUPED_WITHIN_MS;
}

/** Each message alone, and long runs that were removed under one rule together. */
function runsOf(messages, firstNew) {
  const runs = [];
  let last;
  for (const message of messages) {
    const isNew = firstNew > 0 && message.seq >= firstNew;
    const mark = message.expired && `${isNew} ${message.expired.rule}`;
    if (mark && mark === last) runs.at(-1).push(message);
    else runs.push([message]);
    last = mark;
  }
  return runs.flatMap((run) => (run.length < FOLDED_FROM ? run.map((row) => [row]) : [run]));
}

const formats = new Map();

function dayFormat(zone) {
  if (!formats.has(zone)) {
    const parts = { year: "numeric", month: "2-digit", day: "2-digit" };
    formats.set(zone, new Intl.DateTimeFormat("en-CA", { ...parts, timeZone: zone }));
  }
  return formats.get(zone);
}
