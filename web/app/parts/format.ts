/** Numbers, sizes and times as people read them, in the page's language. */

import { currentLocale, formatNumber, t } from "../messages/translate.ts";

const BYTE_UNITS = ["B", "kB", "MB", "GB"] as const;

/** "3.2 MB": decimal units, as stores and file managers count. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  const number = new Intl.NumberFormat(currentLocale(), { maximumFractionDigits: digits });
  return `${number.format(value)} ${BYTE_UNITS[unit]}`;
}

/** "340 ms" below a second, "2.1 s" above. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return t("turn.milliseconds", { count: Math.round(ms) });
  const number = new Intl.NumberFormat(currentLocale(), {
    maximumFractionDigits: ms < 100_000 ? 1 : 0,
  });
  return t("turn.seconds", { count: number.format(ms / 1000) });
}

/** "1.7 B", "3 M": model sizes. */
export function formatParameters(count: number): string {
  const number = new Intl.NumberFormat(currentLocale(), { maximumFractionDigits: 1 });
  return count >= 1e9
    ? t("count.billions", { count: number.format(count / 1e9) })
    : t("count.millions", { count: number.format(count / 1e6) });
}

export function formatTime(ms: number): string {
  return timeFormat().format(ms);
}

/** "Today", "Yesterday", "Monday, 3 November", with the year when it is another. */
export function formatDay(ms: number, nowMs: number): string {
  const days = dayNumber(nowMs) - dayNumber(ms);
  if (days === 0) return t("day.today");
  if (days === 1) return t("day.yesterday");
  const otherYear = new Date(ms).getFullYear() !== new Date(nowMs).getFullYear();
  return new Intl.DateTimeFormat(currentLocale(), {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(otherYear ? { year: "numeric" } : {}),
  }).format(ms);
}

/** Time for today, "3 Nov" for other days: the right edge of a list of rooms. */
export function formatWhen(ms: number, nowMs: number): string {
  if (dayNumber(nowMs) === dayNumber(ms)) return formatTime(ms);
  return new Intl.DateTimeFormat(currentLocale(), { day: "numeric", month: "short" }).format(ms);
}

/** Counts local days, so that equal numbers mean the same day for the reader. */
export function dayNumber(ms: number): number {
  const date = new Date(ms);
  return Math.floor(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
}

export { formatNumber };

let timeLocale = "";
let timeFormatter: Intl.DateTimeFormat | undefined;

/** Kept: making a formatter costs more than formatting, and every row shows a time. */
function timeFormat(): Intl.DateTimeFormat {
  if (timeFormatter === undefined || timeLocale !== currentLocale()) {
    timeLocale = currentLocale();
    timeFormatter = new Intl.DateTimeFormat(timeLocale, { hour: "2-digit", minute: "2-digit" });
  }
  return timeFormatter;
}
