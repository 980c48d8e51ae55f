/**
 * Turns tokens into text one at a time, without showing half a character.
 *
 * Pure over the given `decode`. It decodes a short run of tokens with and without the newest and
 * takes the difference, because a tokeniser may put a space before a word only when another is
 * there. U+FFFD at the end means that a character is not complete yet.
 */

export interface Detokeniser {
  /** The text that this token adds; empty while it is incomplete. */
  push(token: number): string;
  /** What an unfinished last character left; usually empty. */
  flush(): string;
}

/** `context` are the last tokens before the reply: spaces depend on them. */
export function createDetokeniser(
  decode: (ids: readonly number[]) => string,
  context: readonly number[],
): Detokeniser {
  const ids = [...context];
  let prefixAt = 0;
  let readAt = ids.length;
  const difference = (): string => {
    const before = decode(ids.slice(prefixAt, readAt));
    const after = decode(ids.slice(prefixAt));
    return after.length > before.length ? after.slice(before.length) : "";
  };
  return {
    push(token) {
      ids.push(token);
      const text = difference();
      if (text === "" || text.endsWith("\uFFFD")) return "";
      prefixAt = readAt;
      readAt = ids.length;
      return text;
    },
    flush: () => (readAt === ids.length ? "" : difference()),
  };
}
