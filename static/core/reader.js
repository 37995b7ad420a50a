/**
 * Who reads this page and how: from `<template id="reader">`, which every page of somebody signed
 * in holds (templates/conversations/_everywhere.html). The words are in the reader's language.
 */
const source = document.getElementById("reader");
const data = source?.dataset ?? {};
const words = new Map();

for (const span of source?.content.querySelectorAll("[data-word]") ?? []) {
  words.set(span.dataset.word, span.textContent.trim());
}

const language = document.documentElement.lang || "es";
/** English is written as in Europe, as the server does. */
const locale = language === "en" ? "en-GB" : language;
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

const clock = new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone: zone });

/** The time of day: 8:52. */
export function timeOf(instant) {
  return clock.format(new Date(instant));
}

/** A day, given as 2026-11-25, as one says it today: "Today, 25 November". */
export function sayDay(date, now = Date.now()) {
  const noon = new Date(`${date}T12:00:00Z`);
  const isThisYear = date.slice(0, 4) === isoDay(now).slice(0, 4);
  const year = isThisYear ? {} : { year: "numeric" };
  const parts = { day: "numeric", month: "long", timeZone: "UTC", ...year };
  const day = new Intl.DateTimeFormat(locale, parts).format(noon);
  if (date === isoDay(now)) return word("today", { day });
  if (date === isoDay(now - 24 * 3600 * 1000)) return word("yesterday", { day });
  const names = new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" });
  return word("weekday", { weekday: names.format(noon), day });
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
