import "fake-indexeddb/auto";
import { err, ok } from "#shared/base/mod.ts";
import { noAbort, valueOf } from "#shared/testing/contracts/contract-case.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { expect, onTestFinished, test } from "vitest";
import { createDatabase } from "../adapters/idb-database.ts";
import { createIdbTypedRows, type TypedRows } from "../adapters/idb-typed-rows.ts";
import { freshDatabaseName } from "../adapters/idb-stores.contract.ts";
import { createDrafts, type DraftStorage } from "./drafts.ts";
import { createTypedStorage } from "./typed-storage.ts";
import { createUnsent, type SayCommand } from "./unsent.ts";

class LocalRows implements DraftStorage {
  readonly map: Map<string, string>;
  charsMax = Infinity;

  constructor(map = new Map<string, string>()) {
    this.map = map;
  }

  get length(): number {
    return this.map.size;
  }
  key(index: number): string | null {
    return [...this.map.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.map.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    if (value.length > this.charsMax) throw new DOMException("full", "QuotaExceededError");
    this.map.set(key, value);
  }
  removeItem(key: string): void {
    this.map.delete(key);
  }
}

const limits = { draftCharsMax: 1_000, draftsMax: 3, typedKeepMs: 100 };
const say: SayCommand = { kind: "say", roomId: "rm_1", id: "msg_1", text: "Hello", addressed: [] };

/** A page on `local`, which a dead browser may have left older than it was. */
async function openPage(rows: TypedRows, local: LocalRows) {
  const clock = new ManualClock();
  const trace = new RecordingLog();
  const life = new AbortController();
  onTestFinished(() => life.abort("test ends"));
  const typed = createTypedStorage({ openLocal: () => local, clock, trace, limits });
  const drafts = createDrafts({ openStorage: typed.open, clock, limits });
  const unsent = createUnsent(typed.open);
  const attached = await typed.attach(rows, life.signal);
  return { attached, clock, trace, typed, drafts, unsent, local };
}

function freshRows() {
  const rows = createIdbTypedRows(createDatabase(freshDatabaseName()));
  const stored = async () => valueOf(await rows.read(noAbort), "read").rows;
  return { rows, stored };
}

const copyOf = ({ map }: LocalRows) => new LocalRows(new Map(map));

test("[SY102] a draft that local storage lost with its browser is read from the database", async () => {
  const { rows } = freshRows();
  const local = new LocalRows();
  const page = await openPage(rows, local);
  page.drafts.write("rm_2", "older");
  const onDisk = copyOf(local);
  page.drafts.write("rm_1", "a long thought");
  page.drafts.write("rm_2", "");
  await page.typed.flush();
  const next = await openPage(rows, onDisk);
  expect([next.drafts.read("rm_1"), next.drafts.read("rm_2")]).toEqual(["a long thought", ""]);
});

test("[SY102] what a dead page wrote last stands, and reaches the database at the next start", async () => {
  const { rows, stored } = freshRows();
  const local = new LocalRows();
  const page = await openPage(rows, local);
  page.drafts.write("rm_1", "first");
  await page.typed.flush();
  page.drafts.write("rm_1", "second"); // The page dies before the database has it.
  const next = await openPage(rows, copyOf(local));
  expect(next.drafts.read("rm_1")).toBe("second");
  expect((await stored()).get("conclave-draft:rm_1")).toContain("second");
});

test("[SY102] drafts of a browser that never kept them in the database stay", async () => {
  const { rows, stored } = freshRows();
  const local = new LocalRows();
  createDrafts({ openStorage: () => local, clock: new ManualClock(), limits }).write("rm_1", "old");
  const page = await openPage(rows, local);
  page.drafts.write("rm_2", "new");
  await page.typed.flush();
  expect([...(await stored()).keys()].sort()).toEqual([
    "conclave-draft:rm_1",
    "conclave-draft:rm_2",
  ]);
});

test("[SY102] typing is written once in `typedKeepMs`, with its newest text", async () => {
  const { rows, stored } = freshRows();
  const writes: (readonly string[])[] = [];
  let wrote = (): void => {};
  const counted: TypedRows = {
    read: rows.read,
    async write(changes, version, signal) {
      writes.push([...changes.keys()]);
      const written = await rows.write(changes, version, signal);
      wrote();
      return written;
    },
  };
  const page = await openPage(counted, new LocalRows());
  for (const text of ["a", "ab", "abc"]) page.drafts.write("rm_1", text);
  await page.clock.advance(limits.typedKeepMs - 1);
  expect(writes).toEqual([]);
  const done = new Promise<void>((resolve) => wrote = resolve);
  await page.clock.advance(1);
  await done;
  expect(writes).toEqual([["conclave-draft:rm_1"]]);
  expect((await stored()).get("conclave-draft:rm_1")).toContain('"abc"');
});

test("[SY103] a message's keeping and the clearing of its draft are one transaction", async () => {
  const { rows, stored } = freshRows();
  const batches: ReadonlyMap<string, string | undefined>[] = [];
  const seen: TypedRows = {
    read: rows.read,
    write(changes, version, signal) {
      batches.push(changes);
      return rows.write(changes, version, signal);
    },
  };
  const page = await openPage(seen, new LocalRows());
  page.drafts.write("rm_1", "Hello");
  await page.typed.flush();
  page.drafts.write("rm_1", "");
  page.unsent.keep(say);
  await page.typed.flush();
  expect([...batches.at(-1)?.keys() ?? []]).toEqual([
    "conclave-draft:rm_1",
    "conclave-unsent:msg_1",
  ]);
  const rest = new LocalRows();
  const next = await openPage(rows, rest);
  expect([next.drafts.read("rm_1"), next.unsent.left()]).toEqual(["", [say]]);
  next.unsent.forget(say.id);
  await next.typed.flush();
  expect(await stored()).toEqual(new Map());
});

test("[SY103] a database that cannot write holds nobody up, and gets everything later", async () => {
  const { rows, stored } = freshRows();
  let isBroken = true;
  const broken: TypedRows = {
    read: rows.read,
    write: (changes, version, signal) =>
      isBroken
        ? Promise.resolve(err({ kind: "storage-full" } as const))
        : rows.write(changes, version, signal),
  };
  const page = await openPage(broken, new LocalRows());
  page.unsent.keep(say);
  await page.typed.flush();
  expect(page.trace.lines.map(({ event }) => event)).toEqual(["typed-not-kept"]);
  isBroken = false;
  page.drafts.write("rm_1", "more");
  await page.typed.flush();
  expect([...(await stored()).keys()].sort()).toEqual([
    "conclave-draft:rm_1",
    "conclave-unsent:msg_1",
  ]);
});

test("[SY102] [SY34] a full local storage costs nothing that the database can keep", async () => {
  const { rows } = freshRows();
  const local = new LocalRows();
  const page = await openPage(rows, local);
  local.charsMax = 10;
  expect(page.drafts.write("rm_1", "a text of more than ten")).toMatchObject({ ok: false });
  await page.typed.flush();
  expect((await openPage(rows, local)).attached).toMatchObject({ ok: false });
  local.charsMax = Infinity;
  expect((await openPage(rows, local)).drafts.read("rm_1")).toBe("a text of more than ten");
});

test("[SY102] a database that cannot be read is told, and drafts work as without one", async () => {
  const full = err({ kind: "storage-corrupt", detail: "x" } as const);
  const unread: TypedRows = {
    read: () => Promise.resolve(full),
    write: () => Promise.resolve(ok(undefined)),
  };
  const page = await openPage(unread, new LocalRows());
  expect(page.attached).toEqual(full);
  page.drafts.write("rm_1", "still");
  await page.typed.flush();
  expect(page.drafts.read("rm_1")).toBe("still");
});
