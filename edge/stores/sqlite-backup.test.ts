/** Runs on Deno; Node has `node:sqlite` from 22.13, and there the tests are skipped without it. */

import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { RoomWrite } from "../relay/relay-store.ts";
import { restoreRelay } from "./sqlite-backup.ts";
import { openSqliteStore, relaySchema } from "./sqlite.ts";

const hasSqlite = process.getBuiltinModule?.("node:sqlite") !== undefined;

function setup() {
  const folder = mkdtempSync(join(tmpdir(), "conclave-backup-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const at = (name: string): string => join(folder, name);
  const open = (name: string) => {
    const store = openSqliteStore({ path: at(name), bytesMax: 2 ** 30, lockWaitMsMax: 10 });
    if (!store.ok) throw new Error(JSON.stringify(store.error));
    return store.value;
  };
  let epochs = 0;
  const restore = (from: string, to: string) =>
    restoreRelay(at(from), at(to), relaySchema, () => `new-${epochs += 1}`);
  return { folder, at, open, restore };
}

function writeOf(room: string, seqs: readonly number[], change: Partial<RoomWrite> = {}) {
  const entries = seqs.map((seq) => ({
    ...{ seq, ts: seq, from: "d1", id: `${room}-${seq}`, body: `body ${seq} of ${room}` },
  }));
  return { room, epoch: `epoch-${room}`, entries, arrived: [], gone: [], ...change };
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at + 1);
const noPause = async (): Promise<void> => {};

describe.skipIf(!hasSqlite)("a backup of the relay's log (needs node:sqlite)", () => {
  test("[RL100] [RL101] what was in it is restored, under new epochs", async () => {
    const { at, open, restore } = setup();
    const store = open("relay.db");
    const checkpoints = upTo(600).filter((seq) => seq % 200 === 0);
    const write = writeOf("a", upTo(600), { arrived: ["d1", "d2"] });
    const entries = write.entries.map((entry) =>
      checkpoints.includes(entry.seq) ? { ...entry, covers: entry.seq - 1 } : entry
    );
    await store.commit([{ ...write, entries }, writeOf("b", [1])]);
    await store.commit([writeOf("a", [601], { trimBelow: 300 })]);
    const heads = [await store.open("a"), await store.open("b")].map((head) =>
      head.ok ? head.value : undefined
    );
    const whole = await store.read("a", 0, 1_000, 2 ** 30);
    expect(await store.backUp(at("copy.db"), noPause)).toEqual({
      ok: true,
      value: { rooms: 2, entries: 303 },
    });
    await store.close();

    expect(restore("copy.db", "other.db")).toEqual({ ok: true, value: { rooms: 2, entries: 303 } });
    const restored = open("other.db");
    expect(await restored.open("a")).toEqual({ ok: true, value: { ...heads[0], epoch: "new-1" } });
    expect(await restored.open("b")).toEqual({ ok: true, value: { ...heads[1], epoch: "new-2" } });
    expect(await restored.read("a", 0, 1_000, 2 ** 30)).toEqual(whole);
    expect(await restored.commit([writeOf("a", [602], { epoch: "new-1" })])).toMatchObject({
      ok: true,
    });
    await restored.close();
  });

  test("[RL100] the relay appends and trims meanwhile, and each room is of one moment", async () => {
    const { at, open, restore } = setup();
    const store = open("relay.db");
    await store.commit(["a", "b", "c"].map((room) => writeOf(room, upTo(1_000))));
    let pauses = 0;
    const pause = async (): Promise<void> => {
      pauses += 1;
      const seq = 1_000 + pauses;
      // Trimmed under the copying, in the midst of its pages.
      await store.commit([writeOf("a", [seq], pauses === 2 ? { trimBelow: 900 } : {})]);
      await store.commit([writeOf("b", [seq]), writeOf("c", [seq])]);
    };
    expect(await store.backUp(at("copy.db"), pause)).toMatchObject({ ok: true });
    await store.close();
    restore("copy.db", "other.db");
    const restored = open("other.db");
    for (const room of ["a", "b", "c"]) {
      const head = await restored.open(room);
      const read = await restored.read(room, 0, 10_000, 2 ** 30);
      const { floor, head: last } = (head.ok && head.value) || { floor: 0, head: 0 };
      const seqs = read.ok ? read.value.map(({ seq }) => seq) : [];
      expect(seqs).toEqual(Array.from({ length: last - floor + 1 }, (_, index) => floor + index));
    }
    expect(await restored.open("a")).toMatchObject({ value: { floor: 900 } });
    await restored.close();
  });

  test("[RL100] one that is broken off, or has no place, leaves nothing under its name", async () => {
    const { folder, at, open } = setup();
    const store = open("relay.db");
    await store.commit([writeOf("a", upTo(1_000))]);
    const before = readdirSync(folder).toSorted();
    const stopped = new Error("the server stops");
    await expect(store.backUp(at("copy.db"), () => Promise.reject(stopped))).rejects.toBe(stopped);
    expect(readdirSync(folder).toSorted()).toEqual(before);
    expect(await store.backUp(at("nowhere/copy.db"), noPause)).toMatchObject({
      error: { kind: "failed" },
    });
    writeFileSync(at("copy.db"), "somebody's");
    expect(await store.backUp(at("copy.db"), noPause)).toEqual({
      ok: false,
      error: { kind: "exists", path: at("copy.db") },
    });
    await store.close();
  });

  test("[RL101] nothing is restored over a log, nor from what is no backup", async () => {
    const { at, open, restore } = setup();
    await open("relay.db").close();
    copyFileSync(at("relay.db"), at("copy.db"));
    expect(restore("copy.db", "relay.db")).toMatchObject({ error: { kind: "exists" } });
    writeFileSync(at("empty.db"), "");
    writeFileSync(
      at("text.db"),
      "no database at all, but long enough to be read as one".repeat(99),
    );
    for (const [name, kind] of [["empty", "damaged"], ["text", "damaged"], ["gone", "unusable"]]) {
      const refused = restore(`${name}.db`, "other.db");
      expect(refused).toMatchObject({ error: { kind: "unfit", failure: { kind } } });
      expect(existsSync(at("other.db"))).toBe(false);
    }
  });
});
