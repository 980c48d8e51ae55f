/**
 * The log of any room as this tab appends to it: a local room's directly, a shared room's through
 * the outbox, which the leader's link sends (D27, D29).
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY99  A message that a dead page left and whose entry is in its shared room's log is not sent
 *         again.
 */

import { assert } from "#shared/base/mod.ts";
import type { RoomLog } from "#shared/ports/mod.ts";
import type { TabContext } from "../tab-context.ts";
import type { SayCommand } from "../unsent.ts";

export function createLogOf(
  context: Pick<TabContext, "shared" | "storage">,
): (roomId: string) => RoomLog {
  return (roomId) => {
    const { logOf, store } = context.storage();
    const log = logOf(roomId);
    if (context.shared.get(roomId) === undefined) return log;
    const kit = context.shared.kitAtHand();
    assert(kit !== undefined, `Cannot open the log of ${roomId}: its code was never fetched`);
    return kit.createLog({ roomId, outbox: store, mirror: log });
  };
}

const PAGE_ENTRIES = 512;

/** Whether the log of a shared room has the message; a local room's log finds that out itself. */
export async function isSent(
  context: Pick<TabContext, "shared" | "storage">,
  { roomId, id }: Pick<SayCommand, "id" | "roomId">,
  signal: AbortSignal,
): Promise<boolean> {
  const kit = context.shared.get(roomId) && await context.shared.kit();
  if (kit?.ok !== true) return false;
  const entryId = await kit.value.entryIdOf(id, 0);
  const log = context.storage().logOf(roomId);
  for (let afterSeq = 0;;) {
    const page = await log.read(afterSeq, PAGE_ENTRIES, signal);
    if (!page.ok) return false;
    if (page.value.some((entry) => entry.id === entryId)) return true; // SY99
    const last = page.value.at(-1);
    if (last === undefined || page.value.length < PAGE_ENTRIES) return false;
    afterSeq = last.seq; // The log may begin behind a foundation.
  }
}
