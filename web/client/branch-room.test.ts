import { expect, test } from "vitest";
import { ok } from "#shared/base/mod.ts";
import type { NewEntry } from "#shared/ports/mod.ts";
import type { RoomState } from "#shared/room/mod.ts";
import { CountingIds } from "#shared/testing/fakes/counting-ids.ts";
import { ME, roomScript } from "#shared/testing/fakes/room-script.ts";
import { branchRoom } from "./branch-room.ts";
import type { RoomCommandDeps } from "./room-commands.ts";

const never = new AbortController().signal;
type Deps = Parameters<typeof branchRoom>[0];

/** What is made, and what is appended to the old room, which must be nothing. */
function setup(state: RoomState) {
  const made: { readonly room: object; readonly entries: readonly NewEntry[] }[] = [];
  const feed = { device: ME, whole: async () => state };
  const deps: Deps = {
    ids: new CountingIds(),
    feeds: { get: (roomId) => roomId === "rm_1" ? feed : undefined } as RoomCommandDeps["feeds"],
    index: {
      create: async (room: object, entries: readonly NewEntry[]) => {
        made.push({ room, entries });
        return ok({});
      },
    } as unknown as RoomCommandDeps["index"],
    offer: () => ({
      device: ME,
      name: "Mika",
      hostsForOthers: true,
      lanes: [{ engine: "scripted", modelId: "m", lane: "cpu", contextTokens: 512, slots: 1 }],
    }),
  };
  return { deps, made };
}

const command = (seq: number, roomId = "rm_1") =>
  ({ kind: "branch-room", roomId, seq, name: "Another way" }) as const;

test("[RM68] a branch is one new local room with its cast hosted here; nothing else is written", async () => {
  const room = roomScript();
  const seq = room.say("one");
  room.settle(seq, "a", "one a");
  const { deps, made } = setup(room.state());
  const done = await branchRoom(deps, command(seq), never);
  expect(done).toMatchObject({ ok: true, value: { kind: "room-created", messagesLeftOut: 0 } });
  expect(made.map(({ room }) => room)).toEqual([{
    roomId: expect.any(String),
    name: "Another way",
  }]);
  const kinds = made[0]?.entries.map(({ body }) => (body as { readonly kind: string }).kind);
  expect(kinds).toEqual(["genesis", "announce", "assign", "assign"]);
});

test("[RM68] no such room, no such message and a room of newer rules are refused", async () => {
  const room = roomScript();
  const seq = room.say("one");
  const { deps, made } = setup(room.state());
  expect(await branchRoom(deps, command(seq, "rm_2"), never))
    .toMatchObject({ error: { kind: "not-found", what: "room" } });
  expect(await branchRoom(deps, command(9_999), never))
    .toMatchObject({ error: { kind: "not-found", what: "message" } });
  const newer = setup({ ...room.state(), readerOnly: "rules-newer" });
  expect(await branchRoom(newer.deps, command(seq), never))
    .toMatchObject({ error: { kind: "room-read-only" } });
  expect([...made, ...newer.made]).toEqual([]);
});

test("[RM69] of a talk too long for one beginning the newest come along, the rest are counted", async () => {
  const room = roomScript();
  for (let count = 0; count < 300; count += 1) room.say(`${count} ${"x".repeat(30_000)}`);
  const state = room.state();
  const { deps } = setup(state);
  const done = await branchRoom(deps, command(state.messages.at(-2)?.seq ?? 0), never);
  const left = done.ok && done.value.kind === "room-created" ? done.value.messagesLeftOut : 0;
  expect(left).toBeGreaterThan(10);
  expect(left).toBeLessThan(299);
});
