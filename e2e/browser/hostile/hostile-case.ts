/** The shape of a hostile message, and what every one of them would call if any of it ran. */

export interface HostileCase {
  /** Its kind, unique in the corpus. */
  readonly title: string;
  readonly text: string;
  /** Parts of `text` that markdown takes away by design: targets, titles, names of entities. */
  readonly hides?: readonly string[];
  /** One letter to the browser, so that no line can end in it: it is cut at the bubble's edge. */
  readonly isUnbreakable?: boolean;
}

/** A call of the function that the test puts into the page; `canary` is never called by the app. */
export const CANARY = "canary(1)";

/** Where a fetch would go: no such host exists, and the guard reports the request itself. */
export const FOREIGN = "https://elsewhere.example";

/** A case per row of `rows`. */
export function casesOf(
  family: string,
  rows: Readonly<Record<string, string | readonly [text: string, ...hides: string[]]>>,
): readonly HostileCase[] {
  return Object.entries(rows).map(([title, row]) => {
    if (typeof row === "string") return { title: `${family}: ${title}`, text: row };
    const [text, ...hides] = row;
    return { title: `${family}: ${title}`, text, hides };
  });
}
