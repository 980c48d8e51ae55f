import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { toEpochMs } from "#shared/base/mod.ts";
import { noAbort, valueOf } from "#shared/testing/contracts/contract-case.ts";
import { admissionOf, replyTo } from "#shared/testing/contracts/peer-store-records.ts";
import { createIdbCheckpoints } from "./idb-checkpoints.ts";
import { createIdbPeerStore } from "./idb-peer-store.ts";
import { createIdbRoomIndex } from "./idb-room-index.ts";
import { createIdbRoomLog } from "./idb-room-log.ts";
import { createIdbSettings } from "./idb-settings.ts";
import { freshDatabaseName, openTabStorage } from "./idb-stores.contract.ts";

const entry = (id: string, body: unknown = 1) => ({ id, device: "dev_1", body });

function setup() {
  const name = freshDatabaseName();
  let nowMs = 1_000;
  const open = () => {
    const clock = { epochNow: () => toEpochMs(nowMs += 1) };
    const deps = { ...openTabStorage(name), clock };
    return {
      database: deps.database,
      index: createIdbRoomIndex(deps),
      log: (roomId: string) => createIdbRoomLog(deps, roomId),
      peers: createIdbPeerStore(deps.database),
      checkpoints: createIdbCheckpoints(deps.database),
      settings: createIdbSettings(deps.database),
    };
  };
  return { open, ...open() };
}

test("[SY15] a room is made with its first entries", async () => {
  const { index, log, open } = setup();
  const room = { roomId: "rm_1", name: "Kitchen" };
  const made = valueOf(await index.create(room, [entry("g"), entry("d")], noAbort), "create");
  expect(made).toEqual({
    ...room,
    createdAt: expect.any(Number),
    lastReadSeq: 0,
    shared: false,
  });
  const again = { roomId: "rm_1", name: "Other" };
  expect(await open().index.create(again, [entry("x")], noAbort)).toEqual({
    ok: true,
    value: made,
  });
  const entries = valueOf(await log("rm_1").read(0, 10, noAbort), "read");
  expect(entries.map((e) => [e.seq, e.id])).toEqual([[1, "g"], [2, "d"]]);
  expect(valueOf(await index.list(noAbort), "list")).toEqual([{ ...made, head: 2 }]);
});

test("[SY15] a room whose first entries are refused is not made", async () => {
  const { index, log } = setup();
  const entries = [entry("g"), entry("big", "x".repeat(500))];
  const result = await index.create({ roomId: "rm_1", name: "Kitchen" }, entries, noAbort);
  expect(result).toMatchObject({ ok: false, error: { kind: "entry-too-large", bytesMax: 200 } });
  expect(await index.get("rm_1", noAbort)).toEqual({ ok: true, value: undefined });
  expect(await log("rm_1").head(noAbort)).toEqual({ ok: true, value: 0 });
});

test("[SY16] deleting a room removes all its rows and no other", async () => {
  const { index, log, peers, checkpoints, database } = setup();
  for (const roomId of ["rm_1", "rm_10"]) {
    await index.create({ roomId, name: roomId }, [entry("g")], noAbort);
    const state = { roomId, seq: 1, stateHash: "h", state: "{}" };
    for (const part of ["whole", "recent"] as const) {
      expect(await checkpoints.save(state, part, noAbort)).toEqual({ ok: true, value: true });
    }
    const key = `key_${roomId}`;
    valueOf(await peers.addInput(admissionOf(key, { roomId }), noAbort), "add");
    const reply = replyTo(key);
    valueOf(
      await peers.commitReply({
        ...reply,
        segments: [{ roomId, persona: "ada", body: 1 }],
        outbox: { roomId, entry: entry("s") },
      }, noAbort),
      "commit",
    );
    const session = { roomId, persona: "ada", state: "active", body: {} } as const;
    valueOf(await peers.saveSession(session, noAbort), "session");
    valueOf(await peers.addInput(admissionOf(`live_${roomId}`, { roomId }), noAbort), "add");
  }
  valueOf(await index.delete("rm_1", noAbort), "delete");
  valueOf(await index.delete("rm_1", noAbort), "delete again");
  const left = await database.read(
    ["rooms", "entries", "inputs", "receipts", "segments", "sessions", "outbox", "checkpoints"],
    function* (tx) {
      const rows: unknown[] = [];
      const own = ["rooms", "entries", "segments", "sessions", "outbox", "checkpoints"] as const;
      for (const store of own) {
        rows.push(...yield* tx.list(store, undefined, 10));
      }
      const inputs = yield* tx.list("inputs", undefined, 10);
      const receipts = yield* tx.list("receipts", undefined, 10);
      return { rows: [...rows, ...inputs], receipts: receipts.length };
    },
    noAbort,
  );
  const { rows, receipts } = valueOf(left, "rows");
  expect(rows).toHaveLength(9);
  for (const row of rows) {
    expect(row).toMatchObject({ roomId: expect.stringMatching(/^rm_10(\/recent)?$/) as unknown });
  }
  expect(receipts).toBe(1);
  const refused = await log("rm_1").append(entry("x"), noAbort);
  expect(refused).toEqual({ ok: false, error: { kind: "room-unknown" } });
});

test("[SY17] how far a room is read only grows", async () => {
  const { index } = setup();
  await index.create({ roomId: "rm_1", name: "Kitchen" }, [], noAbort);
  await index.markRead("rm_1", 5, noAbort);
  const room = valueOf(await index.markRead("rm_1", 3, noAbort), "mark");
  expect(room.lastReadSeq).toBe(5);
  expect(valueOf(await index.rename("rm_1", "Attic", noAbort), "rename").name).toBe("Attic");
  const unknown = await index.rename("rm_9", "Attic", noAbort);
  expect(unknown).toEqual({ ok: false, error: { kind: "room-unknown" } });
});

test("[SY10] the list of rooms hints to every tab when it changes", async () => {
  const { index, open } = setup();
  const hinted = new Promise<void>((resolve) => void open().index.subscribe(resolve));
  await index.create({ roomId: "rm_1", name: "Kitchen" }, [], noAbort);
  await hinted;
  expect(valueOf(await index.list(noAbort), "list")).toHaveLength(1);
});

test("[SY10] an append that ends after its tab closed the hints succeeds", async () => {
  const deps = openTabStorage(freshDatabaseName());
  await createIdbRoomIndex(deps).create({ roomId: "rm_1", name: "Kitchen" }, [], noAbort);
  const appending = createIdbRoomLog(deps, "rm_1").append(entry("a"), noAbort);
  deps.hints.close();
  expect(await appending).toMatchObject({ ok: true, value: { seq: 1 } });
});

test.each(["whole", "recent"] as const)(
  "[SY18] [SY19] only a newer checkpoint within the log of a known room is kept: %s",
  async (part) => {
    const { index, checkpoints } = setup();
    const other = part === "whole" ? "recent" : "whole";
    const at = (seq: number, roomId = "rm_1") => ({
      roomId,
      seq,
      stateHash: `hash ${seq}`,
      state: "{}",
    });
    await index.create({ roomId: "rm_1", name: "Kitchen" }, [entry("a"), entry("b")], noAbort);
    const save = async (seq: number, roomId?: string): Promise<boolean> =>
      valueOf(await checkpoints.save(at(seq, roomId), part, noAbort), "save");
    expect([await save(1, "rm_9"), await save(3), await save(1), await save(2), await save(1)])
      .toEqual([false, false, true, true, false]);
    expect(await checkpoints.latest("rm_1", part, noAbort)).toEqual({ ok: true, value: at(2) });
    expect(await checkpoints.latest("rm_1", other, noAbort))
      .toEqual({ ok: true, value: undefined });
  },
);

test("[SY20] tabs that race to make a value agree on one", async () => {
  const { settings, open } = setup();
  const claims = await Promise.all(
    [settings, open().settings].map((one, index) =>
      one.claim("device-id", `dev_${index}`, noAbort)
    ),
  );
  const stored = valueOf(await settings.read("device-id", noAbort), "read");
  expect(claims.map((claim) => valueOf(claim, "claim"))).toEqual([stored, stored]);
  valueOf(await settings.write("model-host", "https://host", noAbort), "write");
  expect(await open().settings.read("model-host", noAbort)).toMatchObject({
    value: "https://host",
  });
  valueOf(await settings.write("model-host", undefined, noAbort), "forget");
  expect(await settings.read("model-host", noAbort)).toEqual({ ok: true, value: undefined });
});

test("[SY21] leader terms grow, whichever tab takes them", async () => {
  const { settings, open } = setup();
  const other = open().settings;
  const terms: number[] = [];
  for (const one of [settings, other, settings]) {
    terms.push(valueOf(await one.nextLeaderTerm(noAbort), "term"));
  }
  expect(terms).toEqual([1, 2, 3]);
});
