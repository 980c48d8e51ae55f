/** Runs on Deno; Node has `node:sqlite` from 22.13, and there the tests are skipped without it. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { CONTRACT_RUNS } from "#shared/testing/contracts/contract-case.ts";
import type { RoomWrite } from "../relay/relay-store.ts";
import { relayStoreContract, type RelayStoreSubject } from "./relay-store.contract.ts";
import { openSqliteDatabase } from "./sqlite-database.ts";
import { openSqliteStore, relaySchema } from "./sqlite.ts";
import { prepareRelayStatements } from "./relay-rows.ts";

const hasSqlite = process.getBuiltinModule?.("node:sqlite") !== undefined;

function makePath(): string {
  const folder = mkdtempSync(join(tmpdir(), "conclave-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "relay.db");
}

const optionsFor = (path: string) => ({ path, bytesMax: 2 ** 30, lockWaitMsMax: 10 });

function opened(path: string) {
  const store = openSqliteStore(optionsFor(path));
  if (!store.ok) throw new Error(JSON.stringify(store.error));
  return store.value;
}

function writeOf(room: string, seq: number, change: Partial<RoomWrite> = {}): RoomWrite {
  const entry = { seq, ts: 1, from: "d1", id: `${room}-${seq}`, body: "b".repeat(1_000) };
  return { room, epoch: "e1", entries: [entry], arrived: [], gone: [], ...change };
}

function makeSubject(): Promise<RelayStoreSubject> {
  const path = makePath();
  let store = opened(path);
  return Promise.resolve({
    store: () => store,
    async reopen() {
      await store.close();
      store = opened(path);
    },
    close: () => store.close(),
  });
}

describe.skipIf(!hasSqlite)("the SQLite store keeps the contract (needs node:sqlite)", () => {
  test.each(relayStoreContract.map((item) => [item.title, item] as const))(
    "%s",
    async (_title, item) => {
      await item.run(makeSubject, CONTRACT_RUNS);
    },
  );
});

describe.skipIf(!hasSqlite)("the SQLite store (needs node:sqlite)", () => {
  test("[RL132] every look into a room's log goes by an index to where it wants", () => {
    const database = openSqliteDatabase(optionsFor(makePath()), relaySchema);
    if (!database.ok) throw new Error(JSON.stringify(database.error));
    const texts: string[] = [];
    prepareRelayStatements((sql) => {
      texts.push(sql);
      return database.value.prepare(sql);
    });
    const looks = texts.filter((sql) => /^(SELECT|DELETE).* entries\b/s.test(sql));
    const plans = looks.map((sql) => {
      const values = Array.from(sql.matchAll(/\?/g), () => null);
      const steps = database.value.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
      return steps.map((step) => step["detail"]).filter((one) => String(one).includes("entries"));
    });
    database.value.close();
    const bySeq = ["SEARCH entries USING PRIMARY KEY (room=? AND seq<?)"];
    const byId = ["SEARCH entries USING INDEX entries_by_id (room=? AND id=?)"];
    expect(plans).toEqual([bySeq, bySeq, [bySeq[0]?.replace("<", ">")], byId]);
  });

  test("[RL63] what was committed is there after the file is opened again", async () => {
    const path = makePath();
    const store = opened(path);
    await store.commit([writeOf("r1", 1, { arrived: ["d1", "d2"] }), writeOf("r2", 1)]);
    await store.commit([writeOf("r1", 2, { gone: ["d2"], newEpoch: "e2" })]);
    await store.close();
    const again = opened(path);
    expect(await again.open("r1")).toEqual({
      ok: true,
      value: { epoch: "e2", head: 2, floor: 1, bytes: 2_000, checkpoints: [], present: ["d1"] },
    });
    expect(await again.roomsWithPresent()).toEqual({ ok: true, value: ["r1"] });
    await again.close();
  });

  test("[RL63] a commit that breaks in its second room leaves the first as it was", async () => {
    const store = opened(makePath());
    await store.commit([writeOf("r1", 1)]);
    await expect(store.commit([writeOf("r1", 2), writeOf("r2", 7)])).rejects.toThrow("head is 0");
    await expect(store.commit([writeOf("r1", 2, { epoch: "other" })])).rejects.toThrow("epoch");
    const taken = { ...writeOf("r1", 2).entries[0]!, id: "r1-1" };
    const twice = await store.commit([writeOf("r2", 1), { ...writeOf("r1", 2), entries: [taken] }]);
    expect(twice).toMatchObject({ ok: false, error: { kind: "storage-failed" } });
    expect(await store.open("r1")).toMatchObject({ ok: true, value: { head: 1 } });
    expect(await store.open("r2")).toEqual({ ok: true, value: undefined });
    await store.close();
  });

  test("[RL64] a full store refuses, keeps what it has and takes more after a trim", async () => {
    const store = openSqliteStore({ ...optionsFor(makePath()), bytesMax: 200_000 });
    if (!store.ok) throw new Error(JSON.stringify(store.error));
    let seq = 1;
    let result = await store.value.commit([writeOf("r1", seq)]);
    while (result.ok) result = await store.value.commit([writeOf("r1", ++seq)]);
    expect(result.error).toEqual({ kind: "storage-full" });
    expect(await store.value.open("r1")).toMatchObject({ ok: true, value: { head: seq - 1 } });
    const room = { ...writeOf("r1", seq), entries: [] };
    expect(await store.value.commit([{ ...room, trimBelow: seq - 2 }])).toMatchObject({ ok: true });
    expect(await store.value.commit([writeOf("r1", seq)])).toMatchObject({ ok: true });
    expect(await store.value.read("r1", 0, 9, 1e6)).toMatchObject({
      ok: true,
      value: [{ seq: seq - 2 }, { seq: seq - 1 }, { seq }],
    });
    await store.value.close();
  });

  test("[RL61] a second opener is refused until the first closes", async () => {
    const path = makePath();
    const store = opened(path);
    expect(openSqliteStore(optionsFor(path))).toEqual({ ok: false, error: { kind: "in-use" } });
    await store.close();
    await opened(path).close();
  });

  test("[RL62] a damaged file is refused and stays byte for byte", async () => {
    const path = makePath();
    const store = opened(path);
    for (let seq = 1; seq <= 40; seq += 1) await store.commit([writeOf("r1", seq)]);
    await store.close();
    const whole = readFileSync(path);
    const damages = [
      Buffer.from("not a database at all".repeat(300)),
      Buffer.concat([whole.subarray(0, 4_096), Buffer.alloc(whole.length - 4_096, 0x5a)]),
      whole.subarray(0, whole.length - 5_000),
    ];
    for (const damaged of damages) {
      writeFileSync(path, damaged);
      const failure = openSqliteStore(optionsFor(path));
      expect(failure).toMatchObject({ ok: false, error: { kind: "damaged" } });
      expect(readFileSync(path).equals(damaged)).toBe(true);
    }
  });

  test("[RL62] another program's and a newer version's file are refused", () => {
    const path = makePath();
    const change = (sql: string): void => {
      const database = openSqliteDatabase(optionsFor(path), relaySchema);
      if (!database.ok) throw new Error(JSON.stringify(database.error));
      database.value.exec(sql);
      database.value.close();
    };
    change("PRAGMA user_version = 2");
    const newer = { ok: false, error: { kind: "newer", version: 2 } };
    expect(openSqliteStore(optionsFor(path))).toEqual(newer);
    rmSync(path);
    change("PRAGMA application_id = 7");
    expect(openSqliteStore(optionsFor(path))).toEqual({ ok: false, error: { kind: "foreign" } });
  });

  test("[RL62] a folder in place of the file is unusable", () => {
    const failure = openSqliteStore(optionsFor(tmpdir()));
    expect(failure).toMatchObject({ ok: false, error: { kind: "unusable" } });
  });
});
