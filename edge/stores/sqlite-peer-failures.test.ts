/** What the SQLite peer store does with files and disks that are not as they should be. */

import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { tmpdir } from "node:os";
import { describe, expect, test } from "vitest";
import { admissionOfTurn, headerOfTurn } from "#shared/ledger/mod.ts";
import { noAbort, rejectionOf, valueOf } from "#shared/testing/contracts/contract-case.ts";
import { admissionOf, queuedInput, replyTo } from "#shared/testing/contracts/peer-store-records.ts";
import { openSqliteDatabase } from "./sqlite-database.ts";
import { peerSchema, peerStoreLimits } from "./sqlite-peer-rows.ts";
import {
  createSqlitePeerStore,
  openSqlitePeerStore,
  type SqlitePeerStore,
} from "./sqlite-peer-store.ts";
import {
  makePath,
  needsSqlite,
  openPeerDatabase,
  optionsFor,
  sqliteMissing,
} from "./sqlite-peer-subjects.contract.ts";
import { openSqliteStore } from "./sqlite.ts";

const failureOf = (path: string) => openSqlitePeerStore(optionsFor(path));
const opened = (path: string): SqlitePeerStore => valueOf(failureOf(path), path);

/** A row of `bytes` and more in the outbox of rm_1. */
const addRow = (store: SqlitePeerStore, id: string, bytes = 1_000) =>
  store.addOutbox(
    { roomId: "rm_1", entry: { id, device: "d", body: "b".repeat(bytes) } },
    noAbort,
  );
const outboxIds = async (store: SqlitePeerStore) =>
  valueOf(await store.outbox("rm_1", 1_000, noAbort), "outbox").map((row) => row.entry.id);

/** A closed database with 60 rows of 1 kB. */
async function makeFilled(): Promise<string> {
  const path = makePath();
  const store = opened(path);
  for (let n = 0; n < 60; n += 1) await addRow(store, `row_${n}`);
  await store.close();
  return path;
}

describe.skipIf(sqliteMissing !== undefined)(`files of the peer store, ${needsSqlite}`, () => {
  test("[ST15] a second opener is refused by name until the first closes", async () => {
    const path = makePath();
    const store = opened(path);
    expect(failureOf(path)).toEqual({ ok: false, error: { kind: "in-use" } });
    valueOf(await addRow(store, "a"), "the first still works");
    await store.close();
    const second = opened(path);
    expect(await outboxIds(second)).toEqual(["a"]);
    await second.close();
  });

  test("[ST16] a damaged file is refused and stays byte for byte", async () => {
    const path = await makeFilled();
    const whole = readFileSync(path);
    const withHeader = (change: (bytes: Buffer) => void): Buffer => {
      const bytes = Buffer.from(whole);
      change(bytes);
      return bytes;
    };
    const damages = {
      text: Buffer.from("not a database at all".repeat(300)),
      magic: withHeader((bytes) => bytes.write("SQLite format 9\0", 0)),
      pageSize: withHeader((bytes) => bytes.writeUInt16BE(3, 16)),
      schemaPage: withHeader((bytes) => bytes.fill(0xff, 100, 4_096)),
      pages: Buffer.concat([whole.subarray(0, 4_096), Buffer.alloc(whole.length - 4_096, 0x5a)]),
      short: whole.subarray(0, whole.length - 5_000),
    };
    for (const [name, damaged] of Object.entries(damages)) {
      writeFileSync(path, damaged);
      expect(failureOf(path), name).toMatchObject({ ok: false, error: { kind: "damaged" } });
      expect(readFileSync(path).equals(damaged), name).toBe(true);
    }
    writeFileSync(path, whole);
    const store = opened(path);
    expect((await outboxIds(store)).length).toBe(60);
    await store.close();
  });

  test("[ST16] a newer version's, a relay's and another program's file are refused", async () => {
    const path = await makeFilled();
    const change = (sql: string): void => {
      const database = openPeerDatabase(path);
      database.exec(sql);
      database.close();
    };
    change("PRAGMA user_version = 7");
    const bytes = readFileSync(path);
    expect(failureOf(path)).toEqual({ ok: false, error: { kind: "newer", version: 7 } });
    expect(readFileSync(path).equals(bytes)).toBe(true);
    rmSync(path);
    change("PRAGMA application_id = 7");
    expect(failureOf(path)).toEqual({ ok: false, error: { kind: "foreign" } });
    rmSync(path);
    await valueOf(openSqliteStore(optionsFor(path)), "relay").close();
    expect(failureOf(path)).toEqual({ ok: false, error: { kind: "foreign" } });
  });

  test("[ST16] an older version is brought up with its rows, and is then newer to the old", async () => {
    const path = await makeFilled();
    const upgrades = [...peerSchema.upgrades, "ALTER TABLE outbox ADD COLUMN extra TEXT"];
    const next = openSqliteDatabase(optionsFor(path), { ...peerSchema, upgrades });
    const database = valueOf(next, "next version");
    const counted = database.prepare("SELECT count(*) AS count, max(extra) AS extra FROM outbox");
    expect({ ...counted.get() }).toEqual({ count: 60, extra: null });
    database.close();
    expect(failureOf(path)).toEqual({ ok: false, error: { kind: "newer", version: 3 } });
  });

  test("[ST27] inputs of version 1 are turns' and go on", async () => {
    const path = makePath();
    const versionOne = { ...peerSchema, upgrades: peerSchema.upgrades.slice(0, 1) };
    const old = valueOf(openSqliteDatabase(optionsFor(path), versionOne), "version 1");
    old.exec(`INSERT INTO inputs (id, key, room, persona, kind, phase, turn, attempt, assign, human,
      created_at, staged_count, partial_text_json) VALUES
      ('in_a', 'a', 'rm_1', 'ada', 'prompt', 'queued', 1, 0, 2, 1, 1000, 1, '"Half a"'),
      ('in_b', 'b', 'rm_1', 'ada', 'flow-step', 'staged', 1, 0, 2, 0, 1000, 0, '""'),
      ('in_c', 'c', 'rm_1', 'ada', 'prompt', 'consumed', 1, 0, 2, 1, 1000, 0, '""')`);
    old.close();
    const store = opened(path);
    const vote = { kind: "flow-step", human: false } as const;
    expect(valueOf(await store.liveInputs(noAbort), "live")).toEqual([
      { ...queuedInput("a"), partialText: "Half a", stagedCount: 1, order: 1 },
      {
        ...queuedInput("b"),
        ...vote,
        phase: "staged",
        order: 2,
        header: headerOfTurn({ human: false }),
        admission: admissionOfTurn({ ...vote, attempt: 0 }),
      },
    ]);
    valueOf(await store.commitReply(replyTo("a"), noAbort), "commit");
    const own = valueOf(await store.inputsOf("rm_1", "ada", 9, noAbort), "own");
    expect(own.map((input) => [input.idempotencyKey, input.phase]))
      .toEqual([["c", "consumed"], ["b", "staged"], ["a", "consumed"]]);
    await store.close();
  });

  test("[ST16] a folder in place of the file, or none around it, is unusable", () => {
    for (const path of [tmpdir(), "/nowhere/at/all/peer.db"]) {
      expect(failureOf(path), path).toMatchObject({ ok: false, error: { kind: "unusable" } });
    }
  });

  test("[ST18] the files are readable by their user alone, and one is left when closed", async () => {
    const path = makePath();
    const store = opened(path);
    valueOf(await addRow(store, "a"), "add");
    const names = readdirSync(dirname(path));
    expect(names.toSorted()).toEqual(["peer.db", "peer.db-wal"]);
    const modes = names.map((name) => statSync(`${dirname(path)}/${name}`).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600]);
    await store.close();
    await store.close();
    expect(readdirSync(dirname(path))).toEqual(["peer.db"]);
  });
});

test.skipIf(sqliteMissing !== undefined)(
  `[ST14] each commit is flushed before it is acknowledged, ${needsSqlite}`,
  () => {
    // A killed process cannot show it: the system keeps what was written. SQLite promises it so.
    const database = openPeerDatabase(makePath());
    const settings = { synchronous: 2, journal_mode: "wal", locking_mode: "exclusive" };
    for (const [name, value] of Object.entries(settings)) {
      expect({ ...database.prepare(`PRAGMA ${name}`).get() }).toEqual({ [name]: value });
    }
    database.close();
  },
);

describe.skipIf(sqliteMissing !== undefined)(`a failing peer store, ${needsSqlite}`, () => {
  test("[SY11] [SY12] a full store says so, keeps what it has, and takes more once sent", async () => {
    const store = valueOf(
      openSqlitePeerStore({ ...optionsFor(makePath()), bytesMax: 300_000 }),
      "open",
    );
    valueOf(await store.addInput(admissionOf("a"), noAbort), "add");
    const ids: string[] = [];
    let result = await addRow(store, "row_0");
    while (result.ok) {
      ids.push(`row_${ids.length}`);
      result = await addRow(store, `row_${ids.length}`);
    }
    expect(result.error).toEqual({ kind: "storage-full" });
    const segments = [{ roomId: "rm_1", persona: "ada", body: "s".repeat(20_000) }];
    const reply = { ...replyTo("a"), segments };
    expect(await store.commitReply(reply, noAbort)).toEqual(result);
    expect(await outboxIds(store)).toEqual(ids);
    expect(await store.liveInputs(noAbort)).toMatchObject({ ok: true, value: [{ id: "in_a" }] });
    for (const { order } of valueOf(await store.outbox("rm_1", 20, noAbort), "outbox")) {
      valueOf(await store.removeOutbox(order, noAbort), "remove");
    }
    valueOf(await store.commitReply(reply, noAbort), "commit");
    expect(await outboxIds(store)).toEqual([...ids.slice(20), "settle_a"]);
    await store.close();
  });

  test("[SY11] a store that may only read says denied and goes on reading", async () => {
    const database = openPeerDatabase(makePath());
    const store = createSqlitePeerStore(database);
    valueOf(await addRow(store, "a"), "add");
    database.exec("PRAGMA query_only = 1");
    expect(await addRow(store, "b")).toMatchObject({
      ok: false,
      error: { kind: "storage-denied", detail: expect.stringContaining("readonly") as unknown },
    });
    expect(await outboxIds(store)).toEqual(["a"]);
    database.exec("PRAGMA query_only = 0");
    valueOf(await addRow(store, "b"), "again");
    await store.close();
  });

  test("[SY11] rows that are not what was stored say corrupt and stay; others are read", async () => {
    const database = openPeerDatabase(makePath());
    const store = createSqlitePeerStore(database);
    valueOf(await store.addInput(admissionOf("a"), noAbort), "add");
    valueOf(await addRow(store, "a"), "add");
    valueOf(await store.addInput(admissionOf("b"), noAbort), "add");
    database.exec("PRAGMA ignore_check_constraints = 1");
    for (
      const [broken, repaired] of [
        ["kind = 'nonsense'", "kind = 'prompt'"],
        ["phase = 'staged', human = 7", "phase = 'queued', human = 1"],
        ["assign = -1", "assign = 2"],
        ["turn = 9223372036854775807", "turn = 1"],
        ["partial_text_json = '{\"half'", "partial_text_json = '\"\"'"],
        ["partial_text_json = '17'", "partial_text_json = '\"\"'"],
      ]
    ) {
      const set = (values: string | undefined) =>
        database.exec(`UPDATE inputs SET ${values} WHERE id = 'in_a'`);
      set(broken);
      const corrupt = { ok: false, error: { kind: "storage-corrupt" } };
      expect(await store.liveInputs(noAbort), broken).toMatchObject(corrupt);
      expect(await store.inputByKey("a", noAbort), broken).toMatchObject(corrupt);
      expect(await store.commitReply(replyTo("a"), noAbort), broken).toMatchObject(corrupt);
      expect(await store.inputByKey("b", noAbort)).toMatchObject({ ok: true });
      expect(await outboxIds(store)).toEqual(["a"]);
      set(repaired);
      expect(await store.liveInputs(noAbort), repaired).toMatchObject({ ok: true });
    }
    await store.close();
  });

  test("[SY11] pages that break under an open store say corrupt", async () => {
    const path = await makeFilled();
    const database = openPeerDatabase(path);
    const store = createSqlitePeerStore(database);
    database.exec("PRAGMA shrink_memory");
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0x5a, 2 * 4_096));
    expect(await store.outbox("rm_1", 60, noAbort)).toMatchObject({
      ok: false,
      error: { kind: "storage-corrupt" },
    });
    await store.close();
  });

  test("[SY11] a closed store refuses every call", async () => {
    const store = opened(makePath());
    await store.close();
    const failed = { ok: false, error: { kind: "storage-failed", detail: "The store is closed" } };
    expect(await store.addInput(admissionOf("a"), noAbort)).toEqual(failed);
    expect(await store.commitReply(replyTo("a"), noAbort)).toEqual(failed);
    expect(await store.liveInputs(noAbort)).toEqual(failed);
    expect(await store.outbox("rm_1", 1, noAbort)).toEqual(failed);
  });

  test("[ST17] a value over its limit or a name that is not whole text writes nothing", async () => {
    const store = opened(makePath());
    const { nameCharsMax, jsonCharsMax } = peerStoreLimits;
    valueOf(await store.addInput(admissionOf("a"), noAbort), "add");
    const addInput = (change: object) => () => store.addInput(admissionOf("b", change), noAbort);
    const commit = (body: unknown) => () =>
      store.commitReply(
        { ...replyTo("a"), segments: [{ roomId: "rm_1", persona: "ada", body }] },
        noAbort,
      );
    const wrong: readonly (() => Promise<unknown>)[] = [
      addInput({ id: "i".repeat(nameCharsMax + 1) }),
      addInput({ persona: "nul\0" }),
      addInput({ roomId: "half \ud83d" }),
      addInput({ partialText: "x".repeat(jsonCharsMax - 1) }),
      commit("x".repeat(jsonCharsMax - 1)),
      commit(undefined),
      () => store.inputByKey("half \ud83d", noAbort),
    ];
    for (const [index, call] of wrong.entries()) {
      const defect = await rejectionOf(call, `call ${index}`);
      expect((defect as Error).name, `call ${index}`).toBe("Defect");
    }
    expect(await store.liveInputs(noAbort)).toMatchObject({ ok: true, value: [{ id: "in_a" }] });
    expect(await outboxIds(store)).toEqual([]);
    const fits = { id: "i".repeat(nameCharsMax), partialText: "x".repeat(jsonCharsMax - 2) };
    valueOf(await addInput(fits)(), "at the limit");
    await store.close();
  });

  test("[SY78] a row that joins or leaves an outbox hints its room", async () => {
    const hinted: string[] = [];
    const store = valueOf(
      openSqlitePeerStore(optionsFor(makePath()), { notify: (roomId) => hinted.push(roomId) }),
      "open",
    );
    valueOf(await addRow(store, "a"), "add");
    expect(hinted).toEqual(["rm_1"]);
    const [row] = valueOf(await store.outbox("rm_1", 1, noAbort), "outbox");
    valueOf(await store.removeOutbox(row?.order ?? 0, noAbort), "remove");
    valueOf(await store.removeOutbox(row?.order ?? 0, noAbort), "not there");
    expect(hinted).toEqual(["rm_1", "rm_1"]);
    await store.close();
    await addRow(store, "b");
    expect(hinted).toEqual(["rm_1", "rm_1"]);
  });
});
