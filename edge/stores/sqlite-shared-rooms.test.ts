/** Runs on Deno and on Node from 22.13; elsewhere the titles say why they are left out. */

import { readFileSync, statSync } from "node:fs";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { noAbort, rejectionOf, valueOf } from "#shared/testing/contracts/contract-case.ts";
import { describeSharedRoomStoreContract } from "#shared/testing/contracts/describe-contract.ts";
import { mirroredEntry, positionAt } from "#shared/testing/contracts/shared-room-store.contract.ts";
import { createRoomHints } from "./room-hints.ts";
import {
  makePath,
  needsSqlite,
  optionsFor,
  sqliteMissing,
} from "./sqlite-peer-subjects.contract.ts";
import {
  makeRoomKeys,
  makeSharedRoomSubject,
  makeVault,
  openRoomDatabase,
  ROOM,
  SECRET,
} from "./sqlite-room-subjects.contract.ts";
import { openSqliteSharedRooms } from "./sqlite-shared-rooms.ts";

const data = new Uint8Array(40);

async function openRooms(path = makePath(), vaultKey?: number) {
  const vault = await makeVault(vaultKey);
  const opened = openSqliteSharedRooms(optionsFor(path), { vault, hints: createRoomHints() });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return { path, vault, store: opened.value };
}

/** With keys, and entries 1 to 3. */
async function openMirror() {
  const opened = await openRooms();
  valueOf(await opened.store.saveKeys(await makeRoomKeys(opened.vault), noAbort), "keys");
  const entries = [1, 2, 3].map((seq) => mirroredEntry(seq));
  valueOf(await opened.store.mirror(ROOM, entries, positionAt(3), noAbort), "mirror");
  return opened;
}

describe.skipIf(sqliteMissing !== undefined)(needsSqlite, () => {
  describeSharedRoomStoreContract(
    "shared rooms in SQLite",
    () => makeSharedRoomSubject(false),
  );
  describeSharedRoomStoreContract(
    "shared rooms in SQLite, each handle after a restart",
    () => makeSharedRoomSubject(true),
  );

  test("[ST30] keys are whole again after a restart, and nowhere in the clear", async () => {
    const { path, vault, store } = await openRooms();
    const keys = { ...await makeRoomKeys(vault), writePublicKey: SECRET.slice().reverse() };
    valueOf(await store.saveKeys(keys, noAbort), "save");
    await store.close();
    const file = readFileSync(path);
    for (const secret of [SECRET, keys.device.agreePublicKey]) {
      for (const form of [Buffer.from(secret), Buffer.from(secret).toString("base64url")]) {
        expect(file.includes(form)).toBe(false);
      }
    }
    if (process.platform !== "win32") expect(statSync(path).mode & 0o077).toBe(0);
    const again = await openRooms(path);
    const found = valueOf(await again.store.keys(ROOM, noAbort), "keys");
    const { device, ...rest } = keys;
    expect(found).toMatchObject(rest);
    expect(found?.device.agreePublicKey).toEqual(device.agreePublicKey);
    const signature = await vault.crypto.sign(found?.device.signKey as never, data);
    expect(await vault.crypto.verify(device.signPublicKey, signature, data)).toBe(true);
    // What was read can be stored again, as when a read link becomes a write link.
    valueOf(await again.store.saveKeys(found as never, noAbort), "save again");
    expect(valueOf(await again.store.keys(ROOM, noAbort), "keys")).toMatchObject(rest);
    await again.store.close();
  });

  test("[ST31] keys that another key or another room sealed are corrupt", async () => {
    const { path, vault, store } = await openRooms();
    valueOf(await store.saveKeys(await makeRoomKeys(vault), noAbort), "save");
    await store.close();
    const foreign = await openRooms(path, 9);
    const corrupt = { error: { kind: "storage-corrupt" } };
    expect(await foreign.store.keys(ROOM, noAbort)).toMatchObject(corrupt);
    await foreign.store.close();
    const database = openRoomDatabase(path);
    database.prepare("UPDATE rooms SET room = ?").run("other");
    database.close();
    const moved = await openRooms(path);
    expect(await moved.store.keys("other", noAbort)).toMatchObject(corrupt);
    await moved.store.close();
  });

  test("[SY14] a hole, a row that is no entry and a position that is none are corrupt", async () => {
    const damages = [
      "DELETE FROM entries WHERE seq = 2",
      "UPDATE entries SET entry_json = '{' WHERE seq = 2",
      "UPDATE entries SET entry_json = '{}' WHERE seq = 2",
    ];
    const corrupt = { error: { kind: "storage-corrupt" } };
    for (const damage of damages) {
      const { path, store } = await openMirror();
      await store.close();
      const database = openRoomDatabase(path);
      database.prepare(damage).run();
      database.prepare("UPDATE rooms SET position_json = '7'").run();
      database.close();
      const again = await openRooms(path);
      const log = again.store.logOf(ROOM);
      expect(await log.read(0, 9, noAbort), damage).toMatchObject(corrupt);
      expect(await again.store.mirrored(ROOM, 0, 9, noAbort), damage).toMatchObject(corrupt);
      expect(await again.store.position(ROOM, noAbort), damage).toMatchObject(corrupt);
      expect(valueOf(await log.read(2, 9, noAbort), "behind").map(({ seq }) => seq)).toEqual([3]);
      await again.store.close();
    }
  });

  test("[SY18] [SY19] the newest checkpoint is kept, none beyond the log or without it", async () => {
    const { store } = await openMirror();
    const { load, save } = store.checkpoints;
    const at = (seq: number) => ({ seq, stateHash: `h${seq}`, text: `{"at":${seq}}` });
    const latest = async () => valueOf(await load(ROOM, noAbort), "load");
    expect(await latest()).toBeUndefined();
    valueOf(await save(ROOM, at(4), noAbort), "beyond");
    expect(await latest()).toBeUndefined();
    valueOf(await save(ROOM, at(2), noAbort), "save");
    valueOf(await save(ROOM, at(1), noAbort), "older");
    expect(await latest()).toEqual(at(2));
    valueOf(await save(ROOM, at(3), noAbort), "newer");
    expect(await latest()).toEqual(at(3));
    const huge = { ...at(3), text: "x".repeat(16 * 2 ** 20) };
    expect(await save(ROOM, huge, noAbort)).toMatchObject({ error: { kind: "storage-failed" } });
    valueOf(await store.replaceEpoch(ROOM, [], positionAt(0, "e2"), noAbort), "replace");
    expect(await latest()).toBeUndefined();
    valueOf(await save("gone", at(0), noAbort), "of a room that is not here");
    expect(valueOf(await load("gone", noAbort), "gone")).toBeUndefined();
    await store.close();
  });

  test("[SY75] nothing is appended to a mirror past its relay", async () => {
    const { store } = await openMirror();
    const log = store.logOf(ROOM);
    const entry = { id: "x", device: "dv", body: 1 };
    expect(await log.append(entry, noAbort)).toMatchObject({ error: { kind: "storage-denied" } });
    const aborted = () => log.append(entry, AbortSignal.abort("left"));
    expect(await rejectionOf(aborted, "append")).toBe("left");
    expect(await log.head(noAbort)).toEqual({ ok: true, value: 3 });
    await store.close();
    expect(await log.head(noAbort)).toMatchObject({ error: { kind: "storage-failed" } });
  });

  test("[ST16] a peer's database is foreign to the rooms'", async () => {
    const { path, store } = await openRooms();
    await store.close();
    const database = openRoomDatabase(path);
    database.exec("PRAGMA application_id = 1");
    database.close();
    const options = { vault: await makeVault(), hints: createRoomHints() };
    expect(openSqliteSharedRooms(optionsFor(path), options))
      .toEqual({ ok: false, error: { kind: "foreign" } });
  });
});
