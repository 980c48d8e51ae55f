/**
 * Reads a page back: the entries right below a seq, in ascending order.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL25  A page ends right below `before` and has no hole, however large its entries are.
 */

import { ok, type Result } from "#shared/base/mod.ts";
import type { RelayEntry } from "#shared/protocol/mod.ts";
import type { RelayStore, StoreError } from "./relay-store.ts";

/** At most `entriesMax` entries and, unless one alone has more, `bytesMax` bytes of bodies. */
export async function readBack(
  store: RelayStore,
  room: string,
  before: number,
  entriesMax: number,
  bytesMax: number,
): Promise<Result<readonly RelayEntry[], StoreError>> {
  // The store reads forward: when bytes cut a page short it is its newest part that is missing, so
  // a shorter one is asked. A page of one entry always fits.
  let count = entriesMax;
  while (count >= 1) {
    const after = Math.max(0, before - 1 - count);
    const read = await store.read(room, after, before - 1 - after, bytesMax);
    if (!read.ok) return read;
    // Where the log was trimmed the store begins above `after` and may come to `before` itself.
    const page = read.value.filter((entry) => entry.seq < before);
    const isWhole = read.value.length === 0 || (read.value.at(-1)?.seq ?? 0) >= before - 1;
    if (isWhole) return ok(page);
    count = count === 1 ? 0 : Math.max(1, Math.floor(count / 4));
  }
  return ok([]);
}
