/** The note of one comparison, as text: JSON of which keys were compared, and when. */

export interface ComparedNote {
  readonly fingerprint: string;
  readonly atMs: number;
}

export const writeNote = (note: ComparedNote): string => JSON.stringify(note);

/** Undefined for a text that is none: it then counts as not compared. */
export function readNote(text: string): ComparedNote | undefined {
  try {
    const { fingerprint, atMs } = JSON.parse(text) as Partial<ComparedNote>;
    const isNote = typeof fingerprint === "string" && Number.isSafeInteger(atMs);
    return isNote ? { fingerprint, atMs: Number(atMs) } : undefined;
  } catch { // SyntaxError, or TypeError for `null`.
    return undefined;
  }
}
