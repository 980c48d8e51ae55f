/**
 * A seeded load on a peer store: the same in the process that is killed and in the one that judges.
 *
 * Step n of a seed is the same call whatever is stored, so that a load goes on where another
 * process left it, and plain lists (MemoryPeerStore) say what must be there after any number of
 * steps.
 */

import { canonicalJson, type Result, toEpochMs } from "#shared/base/mod.ts";
import type { CommitError, PeerStore, ReplyCommit } from "#shared/ports/mod.ts";
import { noAbort, valueOf } from "#shared/testing/contracts/contract-case.ts";
import { admissionOf, moveTo } from "#shared/testing/contracts/peer-store-records.ts";
import { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import type { SqliteDatabase } from "./sqlite-database.ts";

/** Inputs and rows that a load ever speaks of: many steps meet what an earlier one left. */
const KEYS = Array.from({ length: 40 }, (_, n) => `k${n}`);
const ROOMS = ["rm_1", "rm_2"];
/** Two pages of SQLite and more, so that a row and a commit span several. */
const TEXT_CHARS_MAX = 9_000;

/** What the killed process is told; one JSON argument. */
export interface LoadOrder {
  readonly path: string;
  readonly seed: string;
  /** The first step, and the one that is not made any more. */
  readonly from: number;
  readonly until: number;
  /** Kills itself in the first step from this one that has so many statement boundaries. */
  readonly kill?: { readonly fromStep: number; readonly boundary: number } | undefined;
  /** Pages after which SQLite moves its log into the file. */
  readonly checkpointPages: number;
}

/** Step `n` of the load with `seed`. The result is of no interest but whether the disk failed. */
export function runStep(
  store: PeerStore,
  seed: string,
  n: number,
): Promise<Result<unknown, CommitError>> {
  const random = new SeededRandom(`${seed}/${n}`);
  const key = KEYS[random.integer(KEYS.length)] ?? "";
  const roomId = ROOMS[random.integer(ROOMS.length)] ?? "";
  const text = "x".repeat(random.integer(TEXT_CHARS_MAX));
  const entry = { id: `entry_${random.integer(60)}`, device: "dev_1", body: { n, text } };
  const order = 1 + random.integer(Math.max(1, Math.floor(n / 3)));
  const draw = random.integer(100);
  if (draw < 30) {
    return store.addInput(admissionOf(key, { roomId, partialText: text }), noAbort);
  }
  if (draw < 45) {
    const patch = { ...moveTo("staged"), stagedCount: n, partialText: text };
    return store.updateInput(`in_${key}`, "queued", patch, noAbort);
  }
  if (draw < 50) {
    return store.updateInput(
      `in_${key}`,
      "staged",
      { ...moveTo("queued"), reason: "back" },
      noAbort,
    );
  }
  if (draw < 80) {
    const commit: ReplyCommit = {
      inputId: `in_${key}`,
      receipt: {
        ...{ inputId: `in_${key}`, idempotencyKey: key, outcome: "replied" },
        at: toEpochMs(n),
      },
      segments: [{ roomId, persona: "ada", body: { n, text } }],
      outbox: { roomId, entry },
      phase: draw < 70 ? "consumed" : "abandoned",
      reason: `step ${n}`,
    };
    return store.commitReply(commit, noAbort);
  }
  if (draw < 88) return store.addOutbox({ roomId, entry }, noAbort);
  if (draw < 94) return store.sealOutbox(order, [{ id: `part_${n}`, body: text }], noAbort);
  return store.removeOutbox(order, noAbort);
}

/** Everything that a store tells, as text; receipts by what a second commit of an end says. */
export async function dumpStore(store: PeerStore): Promise<string> {
  const inputs: unknown[] = [];
  for (const key of KEYS) {
    const input = valueOf(await store.inputByKey(key, noAbort), key);
    if (input === undefined) continue;
    const hasEnded = input.phase !== "queued" && input.phase !== "staged";
    inputs.push([input, hasEnded ? (await recommit(store, key)).ok : false]);
  }
  const rooms: unknown[] = [];
  for (const roomId of ROOMS) {
    rooms.push(valueOf(await store.outbox(roomId, Infinity, noAbort), "outbox"));
    rooms.push(valueOf(await store.segments(roomId, "ada", 0, Infinity, noAbort), "segments"));
  }
  return canonicalJson({
    inputs,
    live: valueOf(await store.liveInputs(noAbort), "live").map((input) => input.order),
    rooms,
  });
}

/** Changes nothing where the receipt of an ended input is there, and is refused where not. */
function recommit(store: PeerStore, key: string): Promise<Result<void, CommitError>> {
  const receipt = { inputId: `in_${key}`, idempotencyKey: key, outcome: "again", at: toEpochMs(0) };
  const inputId = `in_${key}`;
  return store.commitReply({ inputId, receipt, phase: "consumed", segments: [] }, noAbort);
}

/** The same database; `watch` is called around each statement that runs. */
export function watchStatements(
  database: SqliteDatabase,
  watch: (sql: string, when: "before" | "after") => void,
): SqliteDatabase {
  return {
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        run(...values) {
          watch(sql, "before");
          const result = statement.run(...values);
          watch(sql, "after");
          return result;
        },
        get: (...values) => statement.get(...values),
        all: (...values) => statement.all(...values),
        iterate: (...values) => statement.iterate(...values),
      };
    },
  };
}
