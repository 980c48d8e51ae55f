/** Times of a session's work: to the second, since much happens within a minute. */

import { currentLocale } from "../messages/translate.ts";

let formatter: Intl.DateTimeFormat | undefined;
let locale = "";

/** "14:02:09" in the page's language. */
export function formatSeconds(ms: number): string {
  if (formatter === undefined || locale !== currentLocale()) {
    locale = currentLocale();
    formatter = new Intl.DateTimeFormat(locale, { timeStyle: "medium" });
  }
  return formatter.format(ms);
}
