/**
 * What a person wants to be called for: notifications at all, with words or without, each room's
 * level, and whose messages are folded. Kept in this browser and told to nobody.
 *
 * Owns the shape and the reading, which a page needs before it draws a room; changing it comes with
 * what offers that (`keep-attention.ts`).
 */

/** `none` counts nothing either: not in the title, not on the icon. */
export type Level = "all" | "mentions" | "none";

export interface Attention {
  /** Asked for by hand; nothing is shown without the browser's permission all the same. */
  readonly isOn: boolean;
  readonly showsWords: boolean;
  /** By room id; a room without one is at `all`. */
  readonly levels: Readonly<Record<string, Level>>;
  /** `room/author`, where the author is a persona or a person's device. */
  readonly muted: readonly string[];
}

export const ATTENTION_STORED = "conclave.attention";

/** What is kept; what cannot be read is as if nothing had been chosen. */
export function readAttention(): Attention {
  try {
    const kept = JSON.parse(localStorage.getItem(ATTENTION_STORED) ?? "{}");
    if (Array.isArray(kept.muted) && kept.levels) return kept;
  } catch {
    // Storage is denied, or holds no JSON: the same to who reads it.
  }
  return { isOn: false, showsWords: false, levels: {}, muted: [] };
}

export function isMuted({ muted }: Attention, roomId: string, author: string): boolean {
  return muted.includes(`${roomId}/${author}`);
}
