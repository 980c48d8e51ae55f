import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { err, ok } from "#shared/base/mod.ts";
import { noAbort, valueOf } from "#shared/testing/contracts/contract-case.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { RecordingLog } from "#shared/testing/fakes/recording-log.ts";
import { createIdbImageDrafts } from "../../adapters/idb-image-drafts.ts";
import { createIdbRoomIndex } from "../../adapters/idb-room-index.ts";
import { freshDatabaseName, openTabStorage } from "../../adapters/idb-stores.contract.ts";
import { createDrafts } from "../drafts.ts";
import { createLateTyped } from "../late-typed.ts";
import { carryTyped } from "./move-typed.ts";

async function setup() {
  const drafts = createDrafts({
    openStorage: () => undefined,
    clock: new ManualClock(),
    limits: { draftCharsMax: 1_000, draftsMax: 3 },
  });
  const storage = openTabStorage(freshDatabaseName());
  const imageDrafts = createIdbImageDrafts(storage.database);
  const index = createIdbRoomIndex(storage);
  for (const roomId of ["old", "new", "newest"]) {
    valueOf(await index.create({ roomId, name: roomId }, [], noAbort), "create");
  }
  /** From now on it is the other one. */
  const become = async (from: string, to: string, covers: number) =>
    valueOf(await index.moveTo(from, { to, covers, head: 0 }, noAbort), "move");
  const attach = async (roomId: string, id: string, place: number) => {
    const said = {
      sha256: id,
      mimeType: "image/jpeg" as const,
      bytes: 1,
      width: 1,
      height: 1,
      alt: "",
    };
    const draft = { id, place, said, bytes: new Uint8Array(1) } as const;
    expect(await imageDrafts.put(roomId, draft, 9, noAbort)).toMatchObject({ value: true });
  };
  const attached = async (roomId: string) =>
    valueOf(await imageDrafts.list(roomId, 9, noAbort), "list").map(({ id }) => id);
  const deps = { drafts, imageDrafts, index, signal: noAbort };
  const carry = (to = "new") => carryTyped(deps, "old", to);
  const typed = (roomId: string) => [drafts.read(roomId), drafts.replyTo(roomId)];
  return { attach, attached, become, carry, deps, drafts, typed };
}

test.each([["words", "yes"], ["no words yet", ""]])(
  "[SY201] a draft of %s answers the same message in the room that its room went on as",
  async (_what, text) => {
    const { become, carry, drafts, typed } = await setup();
    await become("old", "new", 9);
    drafts.write("old", text);
    drafts.reply("old", 7);
    await carry();
    expect([typed("old"), typed("new")]).toEqual([["", undefined], [text, -3]]);
    await carry(); // Another page may carry them once more.
    expect(typed("new")).toEqual([text, -3]);
  },
);

test("[SY201] an answer to a message behind what the new room begins with goes as plain words", async () => {
  const { become, carry, drafts, typed } = await setup();
  await become("old", "new", 9);
  drafts.write("old", "yes");
  drafts.reply("old", 10);
  await carry();
  expect([typed("old"), typed("new")]).toEqual([["", undefined], ["yes", undefined]]);
});

test("[SY201] what the new room's own draft answers stays so", async () => {
  const { become, carry, drafts, typed } = await setup();
  await become("old", "new", 9);
  drafts.write("old", "yes");
  drafts.reply("old", 7);
  drafts.write("new", "no");
  drafts.reply("new", -5);
  await carry();
  expect(typed("new")).toEqual(["yes\nno", -5]);
  const other = await setup();
  await other.become("old", "new", 9);
  other.drafts.reply("old", 7);
  other.drafts.write("new", "words of their own");
  await other.carry();
  expect(other.typed("new")).toEqual(["words of their own", undefined]);
});

test("[SY276] a draft goes through every move, with its images behind those that are there", async () => {
  const { attach, attached, become, carry, drafts, typed } = await setup();
  await become("old", "new", 9);
  await become("new", "newest", 4);
  drafts.write("old", "yes");
  drafts.reply("old", 7);
  await attach("old", "boat", 1);
  await attach("old", "sea", 2);
  await attach("newest", "sky", 3);
  await carry("newest");
  expect([typed("new"), typed("newest")]).toEqual([["", undefined], ["yes", -8]]);
  expect([await attached("old"), await attached("newest")]).toEqual([[], ["sky", "boat", "sea"]]);
  const other = await setup();
  other.drafts.write("old", "stays");
  await other.carry();
  expect(other.typed("old"), "a room that became none").toEqual(["stays", undefined]);
});

test("[SY276] a room's draft goes along when its screen is gone, and what ends later too", async () => {
  const { attach, attached, become, deps, drafts, typed } = await setup();
  let open: string | undefined = "old";
  const moved = new Map<string, string>();
  const late = createLateTyped({
    ...{ drafts, signal: noAbort, storage: () => deps, trace: new RecordingLog() },
    movedTo: (roomId) => moved.get(roomId),
    openRoomId: () => open,
    relist: async () => undefined,
  });
  drafts.write("old", "he");
  late.carry("old");
  await become("old", "new", 9);
  moved.set("old", "new");
  late.carry("old");
  drafts.write("old", "hello");
  expect(typed("old"), "the screen has it").toEqual(["hello", undefined]);
  open = undefined;
  late.carry("old");
  while (late.client.typedCarried.peek() < 1) await new Promise((done) => setTimeout(done, 1));
  expect([typed("old"), typed("new")]).toEqual([["", undefined], ["hello", undefined]]);
  await attach("old", "boat", 1);
  late.client.writeDraft("old", "hello!"); // A message that was refused behind its screen.
  while (late.client.typedCarried.peek() < 2) await new Promise((done) => setTimeout(done, 1));
  expect([typed("new"), await attached("new")]).toEqual([["hello!", undefined], ["boat"]]);
});

test.each([
  ["hello you", "hello", "hello you"],
  ["hel", "hello", "hello"],
  ["ello", "hello", "ello\nhello"],
])("[SY276] of the drafts %j and %j there is %j in the new room", async (old, there, both) => {
  const { become, carry, drafts, typed } = await setup();
  await become("old", "new", 9);
  drafts.write("old", old);
  drafts.write("new", there);
  expect([await carry(), await carry()]).toEqual([true, false]);
  expect([typed("old")[0], typed("new")[0]]).toEqual(["", both]);
});

test("[SY276] a message for a room that is another one by now is said there, with all it has", async () => {
  const { attach, attached, become, deps, drafts } = await setup();
  const moved = new Map<string, string>();
  let lists = 0;
  const late = createLateTyped({
    ...{ drafts, signal: noAbort, storage: () => deps, trace: new RecordingLog() },
    movedTo: (roomId) => moved.get(roomId),
    openRoomId: () => undefined,
    async relist() {
      lists += 1;
      if (lists > 1) moved.set("old", "new");
    },
  });
  const words = { id: "in_1", text: "yes", addressed: [], attachments: ["boat"] } as const;
  const say = { kind: "say", roomId: "old", ...words, replyTo: 7 } as const;
  /** What is said, each with what the old room answers. */
  const said = async (given: typeof say | (Omit<typeof say, "replyTo"> & { replyTo: number })) => {
    const tried: unknown[] = [];
    const answer = await late.say(given, async (now) => {
      tried.push(now);
      return now.roomId === "old"
        ? err({ kind: "storage-denied", detail: "it moved" })
        : ok({ kind: "done" });
    });
    return [answer.ok, ...tried];
  };
  expect(await said(say), "a room that became none").toEqual([false, say]);
  await become("old", "new", 9);
  await attach("old", "boat", 1);
  const there = { ...say, roomId: "new", replyTo: -3 };
  expect(await said(say), "it becomes one meanwhile").toEqual([true, say, there]);
  expect(await attached("new")).toEqual(["boat"]);
  expect(await said({ ...say, replyTo: 10 })).toEqual([true, { ...there, replyTo: undefined }]);
  expect(lists).toBe(2);
});
