/**
 * Crash safety of a host's shared rooms: real processes killed by SIGKILL, from inside a commit and
 * from outside. `CONCLAVE_KILL_ROUNDS=500` kills longer.
 */

import process from "node:process";
import { describe, expect, test } from "vitest";
import { noAbort, valueOf } from "#shared/testing/contracts/contract-case.ts";
import { MemorySharedRoomStore } from "#shared/testing/fakes/memory-shared-room-store.ts";
import { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import { createLoadRunner, readLines } from "./load-runner.contract.ts";
import { createRoomHints } from "./room-hints.ts";
import { dumpRooms, LOAD_ROOM, type RoomLoadOrder, runRoomStep } from "./room-load.contract.ts";
import { makePath, needsSqlite, sqliteMissing } from "./sqlite-peer-subjects.contract.ts";
import { makeRoomKeys, makeVault, openRoomDatabase } from "./sqlite-room-subjects.contract.ts";
import { createSqliteSharedRooms } from "./sqlite-shared-rooms.ts";

const KILL_ROUNDS = Number(process.env["CONCLAVE_KILL_ROUNDS"] ?? 16);
/** BEGIN, up to seven writes before and behind, and COMMIT. */
const BOUNDARIES = 14;
/** Kills that one file takes. */
const FILE_ROUNDS = 8;

const runLoad = createLoadRunner<RoomLoadOrder>("edge/stores/room-load-process.contract.ts");

async function openStore(path: string) {
  const [vault, hints] = [await makeVault(), createRoomHints()];
  return { vault, store: createSqliteSharedRooms(openRoomDatabase(path), { vault, hints }) };
}

/** A file with a room's keys, which is killed again and again, and plain lists beside it. */
async function newFile(name: string, round: number) {
  const [seed, path] = [`${name}-${round}`, makePath()];
  const { vault, store } = await openStore(path);
  const keys = await makeRoomKeys(vault, LOAD_ROOM);
  valueOf(await store.saveKeys(keys, noAbort), "keys");
  await store.close();
  const lists = new MemorySharedRoomStore();
  let made = 0;
  return {
    seed,
    path,
    from: 0,
    random: new SeededRandom(`${seed}/points`),
    async stored(): Promise<string> {
      const opened = await openStore(path);
      const found = valueOf(await opened.store.keys(LOAD_ROOM, noAbort), "keys");
      expect(found?.device.id).toBe(keys.device.id);
      const dump = await dumpRooms(opened.store, opened.store.logOf(LOAD_ROOM));
      await opened.store.close();
      return dump;
    },
    /** What must be there after so many steps; not fewer than it was asked before. */
    async after(steps: number): Promise<string> {
      for (; made < steps; made += 1) valueOf(await runRoomStep(lists, seed, made), "step");
      return dumpRooms(lists, lists.logOf(LOAD_ROOM));
    },
  };
}

describe.skipIf(sqliteMissing !== undefined)(`crashes of shared rooms, ${needsSqlite}`, () => {
  test("[ST32] killed at any statement: what was committed is there, nothing else", async () => {
    const ends = { before: 0, after: 0 };
    for (let round = 0, file = await newFile("in-commit", 0); round < KILL_ROUNDS; round += 1) {
      if (round > 0 && round % FILE_ROUNDS === 0) file = await newFile("in-commit", round);
      const { path, seed, from, random } = file;
      const fromStep = from + random.integer(20);
      const kill = { fromStep, boundary: 1 + random.integer(BOUNDARIES) };
      const end = await runLoad({ path, seed, from, until: from + 500, kill });
      expect(end, end.errors).toMatchObject({ signal: "SIGKILL" });
      const { steps, isCommitted } = readLines(end.lines, from);
      file.from = isCommitted ? steps + 1 : steps;
      ends[isCommitted ? "after" : "before"] += 1;
      const isRight = await file.stored() === await file.after(file.from);
      expect(isRight, `round ${round}, seed ${seed}`).toBe(true);
    }
    console.log(`killed ${KILL_ROUNDS} times at a statement:`, ends);
    expect(Math.min(ends.before, ends.after), "kills on either side").toBeGreaterThan(0);
  }, 30_000 + KILL_ROUNDS * 2_000);

  test("[ST32] killed from outside at any moment: whole steps, none forgotten", async () => {
    for (let round = 0, file = await newFile("outside", 0); round < KILL_ROUNDS / 2; round += 1) {
      const { path, seed, from, random } = file;
      const last = String(from + random.integer(40));
      const end = await runLoad(
        { path, seed, from, until: from + 5_000 },
        undefined,
        (line, kill) => line === last && kill(),
      );
      expect(end, end.errors).toMatchObject({ signal: "SIGKILL" });
      const { steps } = readLines(end.lines, from);
      expect(steps).toBeGreaterThan(Number(last));
      const found = await file.stored();
      file.from = found === await file.after(steps) ? steps : steps + 1;
      const isRight = found === await file.after(file.from);
      expect(isRight, `round ${round}, seed ${seed}, step ${steps}`).toBe(true);
    }
  }, 30_000 + KILL_ROUNDS * 2_000);
});
