/**
 * Finds whom a message addresses, by letters alone: `@Name` anywhere, or a name called at the start
 * ("Ada, …", "Bo: …", "hey Ada …") or at the end ("…, Ada?").
 *
 *   PL7  Addressing is a fact about letters, never a guess about meaning: a name merely mentioned
 *        is not called.
 */

export interface Addressee {
  readonly id: string;
  readonly name: string;
}

/**
 * Ids of the personas that `text` calls, in cast order. Longer names win over names they begin
 * with.
 */
export function findAddressed(text: string, cast: readonly Addressee[]): readonly string[] {
  return cast.filter(({ name }) => isCalled(text, name, cast)).map(({ id }) => id);
}

function isCalled(text: string, name: string, cast: readonly Addressee[]): boolean {
  if (name.trim() === "") return false;
  const escaped = escapePattern(name);
  const longer = cast
    .map((one) => one.name)
    .filter((other) => other.length > name.length && startsWithName(other, name))
    .map((other) => escapePattern(other.slice(name.length)));
  const notLonger = longer.length > 0 ? `(?!${longer.join("|")})` : "";
  const end = "(?![\\p{L}\\p{N}_])";
  const word = `${escaped}${notLonger}${end}`;
  const patterns = [
    `@${word}`,
    `^\\s*(?:(?:hey|hi|hello|ok|okay|so|and|dear|thanks|thank you)[\\s,]+)?${word}\\s*[,:!?]`,
    `^\\s*(?:hey|hi|hello|dear)[\\s,]+${word}`,
    `,\\s*${word}\\s*[.!?…]*\\s*$`,
  ];
  return patterns.some((pattern) => new RegExp(pattern, "iu").test(text));
}

function startsWithName(other: string, name: string): boolean {
  return other.toLowerCase().startsWith(name.toLowerCase());
}

/** A hyphen means nothing outside of brackets, and Unicode patterns refuse it escaped. */
function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
