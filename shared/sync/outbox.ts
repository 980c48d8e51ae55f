/**
 * Outbox sender of one local room: brings every stored row to the room's log, in order, until it is
 * acknowledged. A shared room's rows are sent by its link.
 *
 * Owns the retries. Does not own the rows (PeerStore) or the log. Sending twice is harmless: a log
 * returns the first entry for a known id.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY30  A row is forgotten only after its log has acknowledged the entry.
 *   SY31  Rows are sent in order; a row that fails is retried and nothing overtakes it.
 *   SY32  A row that its log refuses for good is forgotten and reported; it blocks nobody.
 */

import type { Latch } from "../base/latch.ts";
import type { Clock } from "../ports/clock.ts";
import type { OutboxRecord, PeerStore } from "../ports/peer-store.ts";
import type { AppendError, RoomLog } from "../ports/room-log.ts";
import { syncLimits as limits } from "./limits.ts";

export interface OutboxDeps {
  readonly roomId: string;
  readonly clock: Clock;
  readonly store: PeerStore;
  /** Rung whenever a row may have been added. */
  readonly bell: Latch;
  readonly log: RoomLog;
  /** A send failed: with `isFinal` the row was refused and forgotten, else it is tried again. */
  readonly onProblem: (row: OutboxRecord | undefined, error: AppendError, isFinal: boolean) => void;
}

/** Runs until `signal` aborts, then rejects with its reason. Aborting loses no row. */
export async function sendOutbox(deps: OutboxDeps, signal: AbortSignal): Promise<never> {
  let delayMs: number = limits.retryMsMin;
  for (;;) {
    signal.throwIfAborted();
    const rows = await deps.store.outbox(deps.roomId, limits.outboxRowsMax, signal);
    let error: AppendError | undefined = rows.ok ? undefined : rows.error;
    let row: OutboxRecord | undefined;
    for (row of rows.ok ? rows.value : []) {
      error = await sendRow(deps, row, signal);
      if (error !== undefined) break;
    }
    if (error !== undefined) {
      deps.onProblem(row, error, false);
      await deps.clock.sleep(delayMs, signal);
      delayMs = Math.min(delayMs * 2, limits.retryMsMax);
      continue;
    }
    delayMs = limits.retryMsMin;
    if (rows.ok && rows.value.length === 0) await deps.bell.wait(signal);
  }
}

/** Sends one row; returns why it must be tried again, or undefined when it is done with. */
async function sendRow(
  deps: OutboxDeps,
  row: OutboxRecord,
  signal: AbortSignal,
): Promise<AppendError | undefined> {
  const sent = await deps.log.append(row.entry, signal);
  const isRefused = !sent.ok &&
    (sent.error.kind === "entry-too-large" || sent.error.kind === "room-unknown");
  if (!sent.ok && !isRefused) return sent.error;
  if (!sent.ok) deps.onProblem(row, sent.error, true); // SY32
  const removed = await deps.store.removeOutbox(row.order, signal); // SY30
  return removed.ok ? undefined : removed.error;
}
