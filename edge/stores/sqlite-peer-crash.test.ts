/**
 * Crash safety of the peer store: real processes killed by SIGKILL, torn logs, failing disks.
 *
 * `CONCLAVE_KILL_ROUNDS=500 deno run -A npm:vitest run edge/stores/sqlite-peer-crash` kills longer.
 */

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { MemoryPeerStore } from "#shared/testing/fakes/memory-peer-store.ts";
import { SeededRandom } from "#shared/testing/fakes/seeded-random.ts";
import { createLoadRunner, readLines } from "./load-runner.contract.ts";
import { dumpStore, type LoadOrder, runStep } from "./peer-load.contract.ts";
import { openSqlitePeerStore, type SqlitePeerStore } from "./sqlite-peer-store.ts";
import {
  makePath,
  needsSqlite,
  optionsFor,
  sqliteMissing,
} from "./sqlite-peer-subjects.contract.ts";

const KILL_ROUNDS = Number(process.env["CONCLAVE_KILL_ROUNDS"] ?? 16);
const runLoad = createLoadRunner<LoadOrder>("edge/stores/peer-load-process.contract.ts");
/** A statement boundary of a step: BEGIN, up to four writes and COMMIT have twelve. */
const BOUNDARIES = 12;

/** Kills that one file takes, before the load has spoken of all it ever speaks of. */
const FILE_ROUNDS = 8;

function opened(path: string): SqlitePeerStore {
  const store = openSqlitePeerStore(optionsFor(path));
  if (!store.ok) throw new Error(JSON.stringify(store.error));
  return store.value;
}

async function dumpFile(path: string): Promise<string> {
  const store = opened(path);
  try {
    return await dumpStore(store);
  } finally {
    await store.close();
  }
}

/** Plain lists after the first `steps` steps, for one count after another. */
function createModel(seed: string) {
  const lists = new MemoryPeerStore();
  let made = 0;
  return {
    async after(steps: number): Promise<string> {
      expect(steps, "steps that a model has made").toBeGreaterThanOrEqual(made);
      for (; made < steps; made += 1) await runStep(lists, seed, made);
      return dumpStore(lists);
    },
  };
}

/** A file that is killed again and again, and where its load goes on. */
function newFile(name: string, round: number) {
  const seed = `${name}-${round}`;
  const random = new SeededRandom(`${seed}/points`);
  return { path: makePath(), seed, random, model: createModel(seed), from: 0 };
}

describe.skipIf(sqliteMissing !== undefined)(`crashes of the peer store, ${needsSqlite}`, () => {
  test(
    "[ST14] killed at any statement of a commit: what was committed is there, nothing else",
    async () => {
      const ends = { before: 0, after: 0 };
      for (let round = 0, file = newFile("in-commit", 0); round < KILL_ROUNDS; round += 1) {
        if (round % FILE_ROUNDS === 0) file = newFile("in-commit", round);
        const { path, seed, from, random } = file;
        const fromStep = from + random.integer(20);
        const end = await runLoad({
          ...{ path, seed, from, until: from + 500 },
          kill: { fromStep, boundary: 1 + random.integer(BOUNDARIES) },
          checkpointPages: round % 2 === 0 ? 1_000 : 8,
        });
        expect(end, end.errors).toMatchObject({ signal: "SIGKILL" });
        const { steps, isCommitted } = readLines(end.lines, from);
        expect(steps, `round ${round}`).toBeLessThan(from + 500);
        file.from = isCommitted ? steps + 1 : steps;
        ends[isCommitted ? "after" : "before"] += 1;
        const isRight = await dumpFile(path) === await file.model.after(file.from);
        expect(isRight, `round ${round}, seed ${seed}`).toBe(true);
      }
      console.log(`killed ${KILL_ROUNDS} times at a statement:`, ends);
      expect(Math.min(ends.before, ends.after), "kills on either side").toBeGreaterThan(0);
    },
    30_000 + KILL_ROUNDS * 2_000,
  );

  test(
    "[ST14] killed from outside at any moment: what was acknowledged is there, nothing half",
    async () => {
      const ends = { acknowledged: 0, oneMore: 0 };
      for (let round = 0, file = newFile("outside", 0); round < KILL_ROUNDS / 2; round += 1) {
        if (round % FILE_ROUNDS === 0) file = newFile("outside", round);
        const { path, seed, from, random, model } = file;
        const last = String(from + random.integer(40));
        const order = { path, seed, from, until: from + 5_000, checkpointPages: 8 };
        const end = await runLoad(order, undefined, (line, kill) => {
          if (line === last) kill();
        });
        expect(end, end.errors).toMatchObject({ signal: "SIGKILL" });
        const { steps } = readLines(end.lines, from);
        expect(steps).toBeGreaterThan(Number(last));
        const found = await dumpFile(path);
        const isExact = found === await model.after(steps);
        file.from = isExact ? steps : steps + 1;
        ends[isExact ? "acknowledged" : "oneMore"] += 1;
        const isRight = found === await model.after(file.from);
        expect(isRight, `round ${round}, seed ${seed}, step ${steps}`).toBe(true);
      }
      console.log(`killed ${Math.ceil(KILL_ROUNDS / 2)} times from outside:`, ends);
    },
    30_000 + KILL_ROUNDS * 2_000,
  );

  test("[ST15] a killed process leaves no lock, a live one is not taken over", async () => {
    const path = makePath();
    const order = { path, seed: "lock", from: 0, until: 1_000_000, checkpointPages: 1_000 };
    const failures: unknown[] = [];
    await runLoad(order, undefined, (line, kill) => {
      if (line !== "20") return;
      failures.push(openSqlitePeerStore(optionsFor(path)));
      kill();
    });
    expect(failures).toEqual([{ ok: false, error: { kind: "in-use" } }]);
    await opened(path).close();
    const store = opened(path);
    const second = await runLoad({ ...order, until: 1 });
    expect(second.lines, second.errors).toEqual(["refused in-use"]);
    await store.close();
  });

  test("[ST14] a log torn or overwritten at any byte holds whole steps up to there", async () => {
    const [seed, path] = ["torn", makePath()];
    const store = opened(path);
    const sizes: number[] = []; // Bytes of the log after each step.
    for (let step = 0; step < 60; step += 1) {
      await runStep(store, seed, step);
      sizes.push(statSync(`${path}-wal`).size);
    }
    const [file, log] = [readFileSync(path), readFileSync(`${path}-wal`)];
    await store.close();
    const random = new SeededRandom(`${seed}/cuts`);
    // The log's header, its first frames, which make the tables, and anywhere.
    const cuts = [0, 1, 20, 31, 32, 33, 5_000, 20_000, 40_000];
    for (let n = 0; n < 40; n += 1) cuts.push(random.integer(log.length));
    cuts.sort((a, b) => a - b);
    const tornPath = makePath();
    const models = { torn: createModel(seed), flipped: createModel(seed) };
    for (const cut of cuts) {
      const flipped = Buffer.from(log);
      flipped[cut] = (flipped[cut] ?? 0) ^ 0x10;
      for (
        const [name, damaged] of [["torn", log.subarray(0, cut)], ["flipped", flipped]] as const
      ) {
        writeFileSync(tornPath, file);
        writeFileSync(`${tornPath}-wal`, damaged);
        const steps = sizes.filter((size) => size <= cut).length;
        const found = await dumpFile(tornPath);
        expect(found === await models[name].after(steps), `${name} at ${cut}`).toBe(true);
      }
    }
  }, 60_000);

  test("[ST14] [SY11] a disk that takes no more bytes refuses and keeps what it had", async () => {
    const [seed, path] = ["file-limit", makePath()];
    await opened(path).close();
    // The limit of a file's size is the one failing disk that needs no rights: half a write fails.
    const end = await runLoad(
      { path, seed, from: 0, until: 5_000, checkpointPages: 1_000 },
      (command) => ["sh", "-c", `trap '' XFSZ; ulimit -f 600; exec ${command}`],
    );
    expect(end.lines.at(-1), end.errors).toBe("refused storage-failed");
    const { steps } = readLines(end.lines.slice(0, -1), 0);
    expect(steps).toBeGreaterThan(10);
    expect(await dumpFile(path) === await createModel(seed).after(steps)).toBe(true);
  });

  test("[ST14] [SY11] a full disk refuses and keeps what it had", async (context) => {
    const [seed, path] = ["full-disk", makePath()];
    const [small, kept] = [join(dirname(path), "small"), join(dirname(path), "kept")];
    mkdirSync(small);
    mkdirSync(kept);
    // A disk of 1 MiB in a user's own name space, gone with it: the files are copied out.
    const end = await runLoad(
      { path: join(small, "peer.db"), seed, from: 0, until: 5_000, checkpointPages: 50 },
      (command) => [
        ...["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"] as const,
        `mount -t tmpfs -o size=1m tmpfs "${small}" || exit 9
         ${command}
         cp "${small}"/* "${kept}"`,
      ],
    ).catch((error: unknown) => ({ lines: [], signal: null, errors: String(error) }));
    if (!existsSync(join(kept, "peer.db"))) {
      context.skip(`no small disk to be had here: ${end.errors}`);
    }
    expect(end.lines.at(-1), end.errors).toBe("refused storage-full");
    const { steps } = readLines(end.lines.slice(0, -1), 0);
    expect(steps).toBeGreaterThan(10);
    copyFileSync(join(kept, "peer.db"), path);
    if (existsSync(join(kept, "peer.db-wal"))) {
      copyFileSync(join(kept, "peer.db-wal"), `${path}-wal`);
    }
    expect(await dumpFile(path) === await createModel(seed).after(steps)).toBe(true);
  });
});
