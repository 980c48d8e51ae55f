/**
 * What a room's outbox says already: by it a worker knows what it need not say again (HO30).
 *
 * Pure. An announcement that differs from the one that waits is told after that one has arrived.
 */

import type { OutboxRecord } from "../ports/peer-store.ts";

/** Two events of one key say the same thing of the same persona, turn and attempt. */
export function keyOfEvent(event: object): string {
  const { kind, persona, turn, attempt } = event as Readonly<Record<string, unknown>>;
  return JSON.stringify([kind, persona, turn, attempt]);
}

export function waitingKeys(rows: readonly OutboxRecord[]): readonly string[] {
  return rows.flatMap(({ entry: { body } }) =>
    typeof body === "object" && body !== null ? [keyOfEvent(body)] : []
  );
}
