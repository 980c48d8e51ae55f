/**
 * A seeded load on a store of shared rooms: the same in the process that is killed and in the one
 * that judges. Step n of a seed is the same call whatever is stored.
 */

import { canonicalJson, type Result } from "#shared/base/mod.ts";
import type { MirroredEntry, MirrorError, RoomLog, SharedRoomStore } from "#shared/ports/mod.ts";
import { noAbort, valueOf } from "#shared/testing/contracts/contract-case.ts";
import { mirroredEntry, positionAt } from "#shared/testing/contracts/shared-room-store.contract.ts";
import { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";

export const LOAD_ROOM = "room-of-22-characters-";

/** Two pages of SQLite and more, so that a batch spans several. */
const SEALED_CHARS_MAX = 5_000;
const BATCH_ENTRIES_MAX = 6;

export interface RoomLoadOrder {
  readonly path: string;
  readonly seed: string;
  readonly from: number;
  readonly until: number;
  /** Kills itself in the first step from this one that has so many statement boundaries. */
  readonly kill?: { readonly fromStep: number; readonly boundary: number } | undefined;
}

/** Step `n` of the load with `seed`, on what the steps before it left. */
export async function runRoomStep(
  store: SharedRoomStore,
  seed: string,
  n: number,
): Promise<Result<void, MirrorError>> {
  const random = new SeededRandom(`${seed}/${n}`);
  const at = valueOf(await store.position(LOAD_ROOM, noAbort), "position");
  const [epoch, head] = [at?.epoch ?? "e0", at?.seq ?? 0];
  const batch = (first: number): readonly MirroredEntry[] =>
    Array.from({ length: random.integer(BATCH_ENTRIES_MAX + 1) }, (_, index) => {
      const sealed = "x".repeat(random.integer(SEALED_CHARS_MAX));
      return { ...mirroredEntry(first + index, `${n}_${index}`), sealed };
    });
  const draw = random.integer(100);
  if (draw < 90) {
    const entries = batch(head + 1);
    const position = positionAt(head + entries.length, epoch);
    return await store.mirror(LOAD_ROOM, entries, { ...position, mac: `step ${n}` }, noAbort);
  }
  if (draw < 95) {
    const entries = batch(1);
    return await store.replaceEpoch(
      LOAD_ROOM,
      entries,
      positionAt(entries.length, `e${n}`),
      noAbort,
    );
  }
  const foundation = { seq: head + 10, text: `step ${n}`, by: "dv" };
  const entries = batch(head + 11);
  const position = positionAt(head + 10 + entries.length, epoch);
  return await store.found(LOAD_ROOM, foundation, entries, position, noAbort);
}

/** Everything that the room's store tells but its keys, as text. */
export async function dumpRooms(store: SharedRoomStore, log: RoomLog): Promise<string> {
  return canonicalJson({
    position: valueOf(await store.position(LOAD_ROOM, noAbort), "position") ?? "none",
    foundation: valueOf(await store.foundation(LOAD_ROOM, noAbort), "foundation") ?? "none",
    mirrored: valueOf(await store.mirrored(LOAD_ROOM, 0, Infinity, noAbort), "mirrored"),
    log: valueOf(await log.read(0, Infinity, noAbort), "log"),
    head: valueOf(await log.head(noAbort), "head"),
  });
}
