import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { noAbort } from "#shared/testing/contracts/contract-case.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import { createIdbImageDrafts } from "../../adapters/idb-image-drafts.ts";
import { freshDatabaseName, openTabStorage } from "../../adapters/idb-stores.contract.ts";
import { createDrafts } from "../drafts.ts";
import { moveTyped } from "./move-typed.ts";

function setup() {
  const drafts = createDrafts({
    openStorage: () => undefined,
    clock: new ManualClock(),
    limits: { draftCharsMax: 1_000, draftsMax: 3 },
  });
  const { database } = openTabStorage(freshDatabaseName());
  const deps = { drafts, imageDrafts: createIdbImageDrafts(database), signal: noAbort };
  const move = (covers = 9) => moveTyped(deps, { from: "old", to: "new", covers });
  const typed = (roomId: string) => [drafts.read(roomId), drafts.replyTo(roomId)];
  return { drafts, move, typed };
}

test.each([["words", "yes"], ["no words yet", ""]])(
  "[SY201] a draft of %s answers the same message in the room that its room went on as",
  async (_what, text) => {
    const { drafts, move, typed } = setup();
    drafts.write("old", text);
    drafts.reply("old", 7);
    await move();
    expect([typed("old"), typed("new")]).toEqual([["", undefined], [text, -3]]);
    await move(); // Another page may move them once more.
    expect(typed("new")).toEqual([text, -3]);
  },
);

test.each([["behind what the new room begins with", 9], ["of a place not known", -Infinity]])(
  "[SY201] an answer to a message %s goes along as plain words",
  async (_what, covers) => {
    const { drafts, move, typed } = setup();
    drafts.write("old", "yes");
    drafts.reply("old", 10);
    await move(covers);
    expect([typed("old"), typed("new")]).toEqual([["", undefined], ["yes", undefined]]);
  },
);

test("[SY201] what the new room's own draft answers stays so", async () => {
  const { drafts, move, typed } = setup();
  drafts.write("old", "yes");
  drafts.reply("old", 7);
  drafts.write("new", "no");
  drafts.reply("new", -5);
  await move();
  expect(typed("new")).toEqual(["yes\nno", -5]);
  const other = setup();
  other.drafts.reply("old", 7);
  other.drafts.write("new", "words of their own");
  await other.move();
  expect(other.typed("new")).toEqual(["words of their own", undefined]);
});
