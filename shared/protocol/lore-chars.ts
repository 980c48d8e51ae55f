import type { LoreEntry } from "./events.ts";

/** UTF-16 units of keys and texts together (PL39). */
export function loreChars(entries: readonly LoreEntry[]): number {
  return entries.reduce(
    (sum, { keys, keysToo, text }) =>
      [...keys, ...keysToo].reduce((all, key) => all + key.length, sum + text.length),
    0,
  );
}
