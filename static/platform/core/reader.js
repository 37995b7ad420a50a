/**
 * Who reads this page and how: from `<template id="reader">`, which every page of somebody signed
 * in holds (templates/messaging/conversations/_everywhere.html). The words are in the reader's language.
 */
const source = document.getElementById("reader");
const data = source?.dataset ?? {};
const words = new Map();

for (const span of source?.content.querySelectorAll("[data-word]") ?? []) {
  words.set(span.dataset.word, span.textContent.trim());
}

const language = document.documentElement.lang || "es";
const locale = localeOf(language);
const zone = data.timeZone || "Europe/Madrid";

export const reader = {
  id: data.personId ?? "",
  name: data.personName ?? "",
  agency: data.agency ?? "",
  postIds: (data.postIds ?? "").split(" ").filter(Boolean),
  usesSingleKeys: data.singleKeys !== "false",
  entersSend: data.enterSends !== "false",
  isHere: Boolean(source),
  language,
  locale,
  zone,
};

/** A sentence by its name, with `{values}` put in. */
export function word(name, values = {}) {
  const text = words.get(name) ?? "";
  return text.replaceAll(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

/** A sentence that counts, in its form for this number. */
export function plural(name, count, values = {}) {
  const form = new Intl.PluralRules(locale).select(count) === "one" ? "one" : "other";
  return word(`${name}.${form}`, { count: count.toLocaleString(locale), ...values });
}

/** The hour has the server's digits; the locale is one that no browser lacks. */
const clock = new Intl.DateTimeFormat("es", {
  hour: data.hour || "numeric",
  minute: "2-digit",
  hourCycle: "h23",
  timeZone: zone,
});

/** The time of day: 8:52. */
export function timeOf(instant) {
  return clock.format(new Date(instant));
}

/** The time of day, with the day unless it is today: 30/11, 8:52. */
export function momentOf(instant) {
  const isToday = isoDay(instant) === isoDay(Date.now());
  if (isToday) return timeOf(instant);
  const day = { day: "numeric", month: "numeric", timeZone: zone };
  return `${new Date(instant).toLocaleDateString(locale, day)}, ${timeOf(instant)}`;
}

/**
 * A day, given as 2026-11-25, as one says it today: "Today, 25 November". The names come from the
 * server, for browsers do not know those of every language.
 */
export function sayDay(date, now = Date.now()) {
  const day = nameDay(date, now);
  if (date === isoDay(now)) return word("today", { day });
  if (date === isoDay(now - 24 * 3600 * 1000)) return word("yesterday", { day });
  const weekday = data.weekdays.split("|")[new Date(`${date}T12:00:00Z`).getUTCDay()];
  return word("weekday", { weekday, day });
}

/** A day, given as 2026-11-25, by its name alone: "25 November", with the year if it is another. */
export function nameDay(date, now = Date.now()) {
  const [year, month, number] = date.split("-").map(Number);
  const isThisYear = date.slice(0, 4) === isoDay(now).slice(0, 4);
  const values = { day: number, month: data.months.split("|")[month - 1], year };
  return word(isThisYear ? "day" : "day-of-year", values);
}

/** The day of an instant where the reader is, as 2026-11-25. */
export function dayOf(instant) {
  return isoDay(new Date(instant));
}

/** A size in bytes, for people. */
export function sizeOf(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const shown = { style: "unit", unit: units[step], unitDisplay: "short" };
  const digits = { maximumFractionDigits: step > 1 ? 1 : 0 };
  return (bytes / 1000 ** step).toLocaleString(locale, { ...shown, ...digits });
}

function isoDay(instant) {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(new Date(instant));
}

/** How numbers are written: English as in Europe; where the browser lacks a language, in Spanish. */
function localeOf(tag) {
  if (tag === "en") return "en-GB";
  return Intl.NumberFormat.supportedLocalesOf(tag).length > 0 ? tag : "es";
}
