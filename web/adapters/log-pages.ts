/**
 * Where a stored log begins, and that it has no hole.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY14  A log with a hole or a row that is not an entry is reported corrupt, not skipped over.
 */

import type { Foundation } from "#shared/ports/mod.ts";
import { decodeFoundation } from "./shared-room-rows.ts";
import { CorruptRow } from "./storage-error.ts";
import type { Step, StoreTransaction } from "./store-transaction.ts";

/** The `positions` row of what a mirror begins behind. Room ids have no slash. */
export const foundationKey = (roomId: string): string => `${roomId}/foundation`;

/** What the mirror of a shared room begins behind; undefined where that is nothing. */
export function* readFoundation(
  tx: StoreTransaction,
  roomId: string,
): Step<Foundation | undefined> {
  const row = yield* tx.get("positions", foundationKey(roomId));
  return row === undefined ? undefined : decodeFoundation(row);
}

/** Throws unless `page` follows `afterSeq`, or is where the mirror begins (SY14). */
export function* checkPage(
  tx: StoreTransaction,
  roomId: string,
  afterSeq: number,
  page: readonly { readonly seq: number }[],
): Step<void> {
  const [first] = page;
  if (first === undefined) return;
  let expected = afterSeq + 1;
  if (first.seq > expected) {
    const row = yield* tx.get("positions", foundationKey(roomId));
    expected = Math.max(expected, row === undefined ? 1 : decodeFoundation(row).seq + 1);
  }
  const hole = page.findIndex(({ seq }, index) => seq !== expected + index);
  if (hole >= 0) throw new CorruptRow(`entries: entry ${expected + hole} is missing`);
}
