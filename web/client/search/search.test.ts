import { expect, test } from "vitest";
import { ok } from "#shared/base/mod.ts";
import type { LogEntry, RoomLog } from "#shared/ports/mod.ts";
import type { RoomEvent } from "#shared/protocol/mod.ts";
import { roomScript } from "#shared/testing/fakes/room-script.ts";
import { CountingIds } from "#shared/testing/fakes/counting-ids.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { createKeptLines, findInLines, linesOf } from "./room-lines.ts";
import { createRoomReader } from "./room-reader.ts";
import { createSearchClient, type SearchWorker } from "./search-client.ts";
import type { RoomFound, SearchAsk, SearchNews } from "./room-search.ts";
import { type SearchAnswer, type SearchRequest, serveSearch } from "./serve-search.ts";

const never = new AbortController().signal;
const all = { hitsMax: 100, withSnippets: false };

/** Rooms by id, each a log that may grow, break, or count its reads. */
function rooms() {
  const logs = new Map<string, LogEntry[]>();
  const broken = new Set<string>();
  let loads = 0;
  const logOf = (roomId: string): RoomLog => ({
    append: () => Promise.reject(new Error("a search appends nothing")),
    async read(afterSeq, entriesMax) {
      if (broken.has(roomId)) return { ok: false, error: { kind: "storage-corrupt", detail: "x" } };
      const entries = logs.get(roomId) ?? [];
      return ok(entries.filter(({ seq }) => seq > afterSeq).slice(0, entriesMax));
    },
    head: async () => ok(logs.get(roomId)?.length ?? 0),
    subscribe: () => ({ [Symbol.dispose]: () => undefined }),
  });
  const kept = createKeptLines();
  const reader = createRoomReader({
    logOf,
    async load() {
      loads += 1;
      return ok(undefined);
    },
    foundationOf: async () => ok<undefined>(undefined),
    clock: new ManualClock(),
    ids: new CountingIds(),
    trace: new RecordingLog(),
    kept,
  }, never);
  return {
    reader,
    broken,
    loads: () => loads,
    put(roomId: string, entries: readonly LogEntry[]) {
      const [genesis, ...rest] = entries;
      const body = { ...genesis?.body as RoomEvent, roomId };
      logs.set(roomId, [{ ...genesis as LogEntry, body }, ...rest]);
    },
  };
}

function talk(...texts: readonly string[]) {
  const room = roomScript();
  for (const text of texts) room.settle(room.say(text), "a", `${text} indeed`);
  return room;
}

test("[SY215] [SY219] all messages that hold the words are counted, the newest come first", () => {
  const room = talk("roses", "lilies", "roses again");
  room.add({ kind: "edit", of: room.state().messages[2]?.seq ?? 0, text: "Rosés of old" });
  const lines = linesOf(room.state());
  const found = findInLines("rm", lines, "ROSES", { ...all, hitsMax: 2 });
  expect(found.count).toBe(5);
  expect(found.hits.map(({ seq }) => seq)).toEqual(
    room.state().messages.toReversed().slice(0, 2).map(({ seq }) => seq),
  );
  const own = findInLines("rm", lines, "roses", { ...all, speaker: "persona/a" });
  expect(own.hits.map(({ kind, name }) => [kind, name])).toEqual([
    ["persona", "A"],
    ["persona", "A"],
  ]);
  expect(findInLines("rm", lines, " ", all)).toMatchObject({ count: 0, hits: [] });
});

test("[SY219] what was set aside is found and said to be so", () => {
  const room = talk("roses", "lilies");
  const { messages } = room.state();
  room.add({ kind: "rewind", to: messages[1]?.seq ?? 0, expect: messages.at(-1)?.seq ?? 0 });
  const { hits } = findInLines("rm", linesOf(room.state()), "lilies", all);
  expect(hits.map(({ aside }) => aside)).toEqual([true, true]);
});

test("[SY216] texts that are known are not folded again, those of rooms over the limit go", () => {
  const room = talk("roses");
  const before = linesOf(room.state());
  room.say("more");
  const after = linesOf(room.state(), before);
  expect(after.lines[0]).toBe(before.lines[0]);
  // The same words in the same place of another log.
  const messages = room.state().messages.map((one) => ({ ...one, author: "somebody else" }));
  expect(linesOf({ ...room.state(), messages }, before).lines[0]?.author).toBe("somebody else");
  const kept = createKeptLines(40);
  kept.keep("a", before); // 5 + 12 characters
  kept.keep("b", before);
  expect(kept.get("a")).toBe(before);
  kept.keep("c", before);
  expect([kept.get("a"), kept.get("b"), kept.get("c")]).toEqual([before, undefined, before]);
  kept.keep("a", linesOf(talk("x".repeat(50)).state()));
  expect(kept.get("a")).toBeUndefined();
});

test("[SY218] a room that is searched alone is folded on, one that is known is not read again", async () => {
  const world = rooms();
  const room = talk("roses");
  world.put("rm_1", room.entries);
  const first = await world.reader.read("rm_1", true, never);
  expect(first.ok && first.value.lines.length).toBe(2);
  const same = await world.reader.read("rm_1", true, never);
  expect(same.ok && first.ok && same.value).toBe(first.ok && first.value);
  room.say("tulips");
  world.put("rm_1", room.entries);
  const second = await world.reader.read("rm_1", true, never);
  expect(second.ok && second.value.lines.at(-1)?.text).toBe("tulips");
  expect(world.loads()).toBe(1);
});

test.each([
  ["no longer one", ["tulips"], true],
  ["no longer one, among all rooms", ["tulips"], false],
  ["a shorter one", [], true],
])("[SY218] of a log that was replaced by %s nothing old is found", async (_what, texts, stays) => {
  const world = rooms();
  const room = talk("roses");
  world.put("rm_1", room.entries);
  const read = async () => {
    const found = await world.reader.read("rm_1", stays, never);
    return found.ok && found.value.lines.map(({ text }) => text);
  };
  expect(await read()).toEqual(["roses", "roses indeed"]);
  const other = talk(...texts).entries.map((entry) => ({ ...entry, id: `of-another-${entry.id}` }));
  world.put("rm_1", other);
  const expected = texts.flatMap((text) => [text, `${text} indeed`]);
  expect(await read()).toEqual(expected);
  // And is then known again.
  expect([await read(), world.loads()]).toEqual([expected, 2]);
});

/** The worker's server and the page's client, joined without a worker. */
function joined(world: ReturnType<typeof rooms>) {
  const listeners = new Map<string, (event: { readonly data?: unknown }) => void>();
  let isEnded = false;
  const tell = (type: string, event: { readonly data?: unknown }): void =>
    isEnded ? undefined : listeners.get(type)?.(event);
  const server = serveSearch(
    world.reader,
    (data: SearchAnswer) => tell("message", { data }),
    () => Promise.resolve(),
  );
  const worker: SearchWorker = {
    postMessage: (request: SearchRequest) => server.take(request),
    addEventListener: (type, listener) => void listeners.set(type, listener),
    terminate: () => void (isEnded = true),
  };
  let starts = 0;
  const client = createSearchClient(() => {
    starts += 1;
    isEnded = false;
    return worker;
  });
  return { client, tell, starts: () => starts };
}

const ask = (text: string, ...roomIds: readonly string[]): SearchAsk => (
  { text, roomIds, scope: "all" }
);

test("[SY220] all rooms are searched in order, with what was found as it goes", async () => {
  const world = rooms();
  for (const [id, text] of [["rm_1", "roses"], ["rm_2", "lilies"], ["rm_3", "a rose"]] as const) {
    world.put(id, talk(text).entries);
  }
  world.broken.add("rm_2");
  const news: SearchNews[] = [];
  const end = await joined(world).client.find(
    ask("rose", "rm_1", "rm_2", "rm_3"),
    (one) => news.push(one),
    never,
  );
  expect(end).toEqual(ok({ unread: ["rm_2"] }));
  const found = news.flatMap((one): RoomFound[] => one.kind === "found" ? [one.found] : []);
  expect(found.map(({ roomId, count }) => [roomId, count])).toEqual([["rm_1", 2], ["rm_3", 2]]);
  expect(found[0]?.hits[0]?.snippet).toEqual({
    text: "roses indeed",
    spans: [{ start: 0, end: 4 }],
  });
  expect(news.at(-1)).toEqual({ kind: "progress", done: 3, total: 3 });
});

test("[SY220] a search that is given up or followed by another says nothing more", async () => {
  const world = rooms();
  world.put("rm_1", talk("roses").entries);
  const { client } = joined(world);
  const news: string[] = [];
  const ending = new AbortController();
  const given = client.find(ask("rose", "rm_1"), () => news.push("given up"), ending.signal);
  ending.abort("enough");
  await expect(given).rejects.toBe("enough");
  const first = client.find(ask("rose", "rm_1"), () => news.push("first"), never);
  const second = client.find(ask("rose", "rm_1"), () => news.push("second"), never);
  expect(await first).toMatchObject({ ok: false, error: { detail: "superseded" } });
  expect(await second).toEqual(ok({ unread: [] }));
  expect(new Set(news)).toEqual(new Set(["second"]));
});

test("[SY216] a worker that breaks off fails what waits, and the next question starts another", async () => {
  const world = rooms();
  world.put("rm_1", talk("roses").entries);
  const { client, tell, starts } = joined(world);
  const broken = client.find(ask("rose", "rm_1"), () => undefined, never);
  tell("error", {});
  expect(await broken).toMatchObject({ ok: false, error: { kind: "search-failed" } });
  const again = await client.find(ask("rose", "rm_1"), () => undefined, never);
  expect(again.ok).toBe(true);
  expect(starts()).toBe(2);
  const closing = client.find(ask("rose", "rm_1"), () => undefined, never);
  client.close();
  expect(await closing).toMatchObject({ ok: false, error: { detail: "closed" } });
});
