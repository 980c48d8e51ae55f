/**
 * Typing "@" offers the cast. Who is addressed in the end is decided by `findAddressed` of the
 * core.
 */

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** The "@be" under the caret: what to look for, and which part of the text a choice replaces. */
export interface MentionQuery {
  readonly query: string;
  readonly from: number;
  readonly to: number;
}

const QUERY_CHARS_MAX = 40;
const WORD = /[\p{L}\p{N}_]/u;

/** Undefined when the caret is not in a mention that is being typed. */
export function findQuery(text: string, caret: number): MentionQuery | undefined {
  const from = text.lastIndexOf("@", caret - 1);
  if (from < 0 || caret - from > QUERY_CHARS_MAX) return undefined;
  // "mika@example" is an address, not a mention.
  if (from > 0 && WORD.test(text[from - 1] ?? "")) return undefined;
  const query = text.slice(from + 1, caret);
  return /[\n@]|\s{2}|^\s/.test(query) ? undefined : { query, from, to: caret };
}

/** Personas whose name, or a later word of it, begins with the query; in the order of the cast. */
export function matchPersonas(query: string, personas: readonly Named[]): readonly Named[] {
  const wanted = query.toLocaleLowerCase();
  return personas.filter(({ name }) => {
    const whole = name.toLocaleLowerCase();
    return whole.startsWith(wanted) || whole.split(/\s+/).some((word) => word.startsWith(wanted));
  });
}

/** The text with the mention written out, and where the caret goes. */
export function applyMention(
  text: string,
  { from, to }: Pick<MentionQuery, "from" | "to">,
  name: string,
): { readonly text: string; readonly caret: number } {
  const rest = text.slice(to).replace(/^ /, "");
  const head = `${text.slice(0, from)}@${name} `;
  return { text: head + rest, caret: head.length };
}
