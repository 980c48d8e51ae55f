import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { Defect } from "#shared/base/mod.ts";
import { admissionOfTurn, headerOfTurn } from "#shared/ledger/mod.ts";
import type { InputRecord, StorageError } from "#shared/ports/mod.ts";
import { noAbort, valueOf } from "#shared/testing/contracts/contract-case.ts";
import { queuedInput, replyTo } from "#shared/testing/contracts/peer-store-records.ts";
import { exportRawRooms } from "./export-raw-rooms.ts";
import { createDatabase } from "./idb-database.ts";
import { createIdbPeerStore } from "./idb-peer-store.ts";
import { createIdbRoomIndex } from "./idb-room-index.ts";
import { createIdbRoomLog } from "./idb-room-log.ts";
import { createIdbSettings } from "./idb-settings.ts";
import { deleteDatabase, freshDatabaseName, openTabStorage } from "./idb-stores.contract.ts";
import { CorruptRow, toStorageError } from "./storage-error.ts";
import { DATABASE_VERSION, type Upgrade, upgrades } from "./storage-schema.ts";

/** Opens with the bare API, as another version of the app or a broken disk would leave it. */
function openRaw(
  name: string,
  version: number | undefined,
  upgrade: Upgrade = () => {},
): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => {
      if (request.transaction !== null) upgrade(request.result, request.transaction);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function putRaw(name: string, store: string, row: unknown): Promise<void> {
  const database = await openRaw(name, undefined);
  await new Promise<void>((resolve) => {
    const transaction = database.transaction(store, "readwrite");
    transaction.objectStore(store).put(row);
    transaction.oncomplete = () => resolve();
  });
  database.close();
}

async function setup() {
  const name = freshDatabaseName();
  const tab = openTabStorage(name);
  const index = createIdbRoomIndex(tab);
  const first = { id: "genesis", device: "dev_1", body: { kind: "genesis" } };
  await index.create({ roomId: "rm_1", name: "Kitchen" }, [first], noAbort);
  return { name, tab, index, log: createIdbRoomLog(tab, "rm_1") };
}

const errorKind = (result: { ok: boolean; error?: { kind: string } }): string | undefined =>
  result.error?.kind;

test("[SY12] upgrades from every earlier version make the same stores", async () => {
  const shapes: unknown[] = [];
  for (let from = 0; from <= DATABASE_VERSION; from += 1) {
    const name = freshDatabaseName();
    if (from > 0) {
      const old = await openRaw(name, from, (database, transaction) => {
        for (const upgrade of upgrades.slice(0, from)) upgrade(database, transaction);
      });
      old.close();
    }
    const handle = createDatabase(name);
    expect(await handle.open(noAbort)).toEqual({ ok: true, value: undefined });
    await handle.close();
    const database = await openRaw(name, undefined);
    shapes.push([...database.objectStoreNames].map((storeName) => {
      const store = database.transaction(storeName).objectStore(storeName);
      return [storeName, store.keyPath, store.autoIncrement, [...store.indexNames]];
    }));
    database.close();
  }
  for (const shape of shapes) expect(shape).toEqual(shapes[0]);
  expect(shapes[0]).toEqual([
    ["checkpoints", "roomId", false, []],
    ["entries", ["roomId", "seq"], false, ["by-id"]],
    ["inputs", "order", true, ["by-id", "by-key", "by-phase", "by-room", "by-session"]],
    ["origin-keys", "name", false, []],
    ["outbox", "order", true, ["by-entry", "by-room"]],
    ["positions", "roomId", false, []],
    ["receipts", "inputId", false, []],
    ["rooms", "roomId", false, []],
    ["segments", ["roomId", "persona", "index"], false, []],
    ["sessions", ["roomId", "persona"], false, []],
    ["settings", "key", false, []],
    ["shared-rooms", "roomId", false, []],
  ]);
});

test("[ST27] inputs of an earlier version are turns' and go on", async () => {
  const name = freshDatabaseName();
  const old = await openRaw(name, 2, (database, transaction) => {
    for (const upgrade of upgrades.slice(0, 2)) upgrade(database, transaction);
  });
  old.close();
  const newPart = ["header", "admission", "moves"];
  const rowOf = (key: string, change: Partial<InputRecord>): Record<string, unknown> => {
    const row = Object.entries({ ...queuedInput(key), ...change });
    return Object.fromEntries(row.filter(([member]) => !newPart.includes(member)));
  };
  const vote = { kind: "flow-step", human: false } as const;
  await putRaw(name, "inputs", rowOf("a", { partialText: "Half a", stagedCount: 1 }));
  await putRaw(name, "inputs", rowOf("b", { ...vote, phase: "staged" }));
  await putRaw(name, "inputs", rowOf("c", { phase: "consumed" }));
  const database = createDatabase(name);
  const store = createIdbPeerStore(database);
  const live = valueOf(await store.liveInputs(noAbort), "live");
  expect(live).toEqual([
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
  await database.close();
});

test("[SY12] work inside a transaction cannot wait for anything else", async () => {
  const database = createDatabase(freshDatabaseName());
  // Only the type is of interest: nothing here runs.
  const misuse = () => {
    // @ts-expect-error: an async function is not a generator of requests
    void database.write(["rooms"], async (tx) => tx.put("rooms", { roomId: "rm_1" }), noAbort);
    // @ts-expect-error: nor is an async generator
    void database.write(["rooms"], async function* () {}, noAbort);
    const foreign = function* () {
      yield Promise.resolve();
    };
    // @ts-expect-error: a promise is not a request
    void database.write(["rooms"], foreign, noAbort);
  };
  expect(typeof misuse).toBe("function");
});

test("[SY12] a defect inside the work aborts what it wrote and rejects", async () => {
  const { index, tab } = await setup();
  const work = tab.database.write(["rooms"], function* (tx) {
    tx.put("rooms", { roomId: "rm_2" });
    yield* tx.get("rooms", "rm_1");
    throw new Defect("broken");
  }, noAbort);
  await expect(work).rejects.toThrow("broken");
  expect(await index.get("rm_2", noAbort)).toEqual({ ok: true, value: undefined });
});

test("[SY12] a row that is not plain data is a defect of the caller, not of the disk", async () => {
  const { tab } = await setup();
  // oxlint-disable-next-line require-yield -- one write that must fail
  const work = tab.database.write(["settings"], function* (tx) {
    tx.put("settings", { key: "a", value: () => 1 });
  }, noAbort);
  await expect(work).rejects.toMatchObject({ name: "DataCloneError" });
});

test("[SY11] [SY13] [SY22] a newer database is refused, kept and exported", async () => {
  const { name, tab, index } = await setup();
  await tab.close();
  (await openRaw(name, 99)).close();
  const opened = await tab.database.open(noAbort);
  expect(opened).toMatchObject({ ok: false, error: { kind: "storage-corrupt" } });
  expect(errorKind(await index.list(noAbort))).toBe("storage-corrupt");
  const exported = await exportRawRooms(noAbort, name);
  expect(exported.ok && exported.value.split("\n").length).toBe(3);
  expect(exported).toMatchObject({ value: expect.stringContaining("Kitchen") });
});

test("[SY11] [SY13] a database without its stores is refused and left as it is", async () => {
  const name = freshDatabaseName();
  (await openRaw(name, DATABASE_VERSION, (db) => db.createObjectStore("rooms"))).close();
  const database = createDatabase(name);
  expect(errorKind(await database.open(noAbort))).toBe("storage-corrupt");
  expect(errorKind(await createIdbSettings(database).read("device-id", noAbort)))
    .toBe("storage-corrupt");
  await database.close();
  const kept = await openRaw(name, undefined);
  expect([...kept.objectStoreNames]).toEqual(["rooms"]);
  kept.close();
});

test("[SY14] a hole in a log is corrupt, and the entries before it can still be read", async () => {
  const { name, log } = await setup();
  const after = { roomId: "rm_1", seq: 3, ts: 1, id: "late", device: "dev_1", body: 1 };
  await putRaw(name, "entries", after);
  const result = await log.read(0, 10, noAbort);
  expect(result).toMatchObject({ ok: false, error: { detail: expect.stringContaining("2 is") } });
  expect(await log.read(0, 1, noAbort)).toMatchObject({ ok: true, value: [{ id: "genesis" }] });
});

test.each<[store: string, row: unknown]>([
  ["entries", { roomId: "rm_1", seq: 2, ts: "noon", id: "x", device: "dev_1", body: 1 }],
  ["entries", { roomId: "rm_1", seq: "two", ts: 1, id: "x", device: "dev_1", body: 1 }],
  ["rooms", { roomId: "rm_2", name: 7 }],
  ["inputs", { id: "in_1", roomId: "rm_1", phase: "queued" }],
  ["outbox", { roomId: "rm_1", entry: "hello" }],
  ["checkpoints", { roomId: "rm_1", seq: -1 }],
  ["settings", { key: "device-id", value: { nested: true } }],
])("[SY11] [SY13] a garbage row in %s is named and stays: %o", async (store, row) => {
  const { name, tab, index, log } = await setup();
  await putRaw(name, store, row);
  const peers = createIdbPeerStore(tab.database);
  const results = [
    await log.read(0, 10, noAbort),
    await log.head(noAbort),
    await index.list(noAbort),
    await peers.liveInputs(noAbort),
    await peers.outbox("rm_1", 10, noAbort),
    await createIdbSettings(tab.database).read("device-id", noAbort),
    await tab.database.read(["checkpoints"], function* (tx) {
      if ((yield* tx.list("checkpoints", undefined, 1)).length > 0) throw new CorruptRow("row");
    }, noAbort),
  ];
  const kinds = results.filter((result) => !result.ok).map(errorKind);
  expect(kinds.length).toBeGreaterThan(0);
  expect(new Set(kinds)).toEqual(new Set(["storage-corrupt"]));
  expect(await exportRawRooms(noAbort, name)).toMatchObject({ ok: true });
  const database = await openRaw(name, undefined);
  const kept = database.transaction(store).objectStore(store).getAll();
  await new Promise((resolve) => kept.onsuccess = resolve);
  expect(kept.result).toContainEqual(expect.objectContaining(row as object));
  database.close();
});

test("[SY11] a tab that upgrades is let in, and the old one says why it ends", async () => {
  const { name, log } = await setup();
  const newer = await openRaw(name, DATABASE_VERSION + 1);
  expect(errorKind(await log.head(noAbort))).toBe("storage-corrupt");
  newer.close();
});

test("[SY12] a closed connection is opened again by the next use", async () => {
  const { tab, log } = await setup();
  await tab.database.close();
  expect(await log.head(noAbort)).toEqual({ ok: true, value: 1 });
});

test("[SY265] a database that was removed while it was open is missed, not made anew", async () => {
  const { name, tab, log, index } = await setup();
  await deleteDatabase(name);
  const lost = { ok: false, error: { kind: "storage-lost" } };
  expect(await log.head(noAbort)).toMatchObject(lost);
  expect(await index.list(noAbort)).toMatchObject(lost);
  const entry = { id: "e1", device: "dev_1", body: { kind: "say" } };
  expect(await log.append(entry, noAbort)).toMatchObject(lost);
  // Nor by a worker of the page, which opens what the page made.
  expect(await createDatabase(name, false).open(noAbort)).toMatchObject(lost);
  expect((await indexedDB.databases()).map((one) => one.name)).not.toContain(name);
  // Another visit begins anew, and the page of before does not go on in what it made.
  expect(await createDatabase(name).open(noAbort)).toMatchObject({ ok: true });
  expect(await index.list(noAbort)).toMatchObject(lost);
  expect(await log.append(entry, noAbort)).toMatchObject(lost);
  await tab.close();
});

test("[SY22] there is nothing to export without a database, and none is made", async () => {
  const name = freshDatabaseName();
  expect(await exportRawRooms(noAbort, name)).toEqual({ ok: true, value: "" });
  const names = (await indexedDB.databases()).map((database) => database.name);
  expect(names).not.toContain(name);
});

test.each<[name: string, during: "open" | "transaction", kind: StorageError["kind"]]>([
  ["QuotaExceededError", "transaction", "storage-full"],
  ["QuotaExceededError", "open", "storage-full"],
  ["NotAllowedError", "open", "storage-denied"],
  ["SecurityError", "open", "storage-denied"],
  ["InvalidStateError", "open", "storage-denied"],
  ["InvalidStateError", "transaction", "storage-failed"],
  ["VersionError", "open", "storage-corrupt"],
  ["NotFoundError", "transaction", "storage-corrupt"],
  ["UnknownError", "open", "storage-corrupt"],
  ["AbortError", "transaction", "storage-failed"],
])("[SY11] %s during %s means %s", (name, during, kind) => {
  expect(toStorageError(new DOMException("why", name), during).kind).toBe(kind);
});

test("[SY11] an abort without a reason is a failure too", () => {
  expect(toStorageError(null, "transaction")).toEqual({
    kind: "storage-failed",
    detail: "aborted",
  });
});
