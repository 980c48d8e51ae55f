import { signal } from "@preact/signals";
import { expect, test } from "vitest";
import type { RoomState } from "#shared/room/mod.ts";
import { ME, roomScript } from "#shared/testing/fakes/room-script.ts";
import type { AppCommand } from "../../client/app-client.ts";
import type { App } from "../app-context.ts";
import { copyOf, keepCopy } from "./keep-copy.ts";

/** A page that shows `state`, or no room at all, once the earlier messages were asked for. */
function setup(state: RoomState | undefined) {
  const sent: AppCommand["kind"][] = [];
  const rooms = signal<{ readonly roomId: string }[]>([]);
  const room = signal(state === undefined ? undefined : { state, device: ME });
  const act = async (command: AppCommand) => {
    sent.push(command.kind);
    if (command.kind !== "import-room") return { kind: "done" };
    const roomId = `rm_copy_${rooms.value.length}`;
    rooms.value = [...rooms.value, { roomId }];
    return { kind: "room-created", roomId };
  };
  const part = { room, rooms, device: signal({ id: "dv_own" }) };
  const app = { act, part } as unknown as App;
  const { roomId } = talk().state();
  return { sent, room, rooms, keep: keepCopy.bind(undefined, app, roomId), app, roomId };
}

function talk(text = "hello") {
  const script = roomScript();
  script.say(text);
  return script;
}

test("[SY257] a copy is made of the room that is left", async () => {
  const { keep, sent } = setup(talk().state());
  expect(await keep(0)).toMatchObject({ kind: "made", copy: { roomId: "rm_copy_0" } });
  expect(sent).toEqual(["read-earlier", "import-room"]);
});

test("[SY257] no copy is made of another room, of none, nor of a part of this one", async () => {
  const state = talk().state();
  const earlier = { messages: 3, isMissed: false } as unknown as NonNullable<RoomState["earlier"]>;
  for (const shown of [{ ...state, roomId: "rm_other" }, undefined, { ...state, earlier }]) {
    const { keep, sent } = setup(shown);
    expect(await keep(0)).toEqual({ kind: "failed" });
    expect(sent).toEqual(["read-earlier"]);
  }
});

test("[SY257] what does not fit is counted and agreed to before a copy is made without it", async () => {
  const script = roomScript();
  for (let count = 0; count < 300; count += 1) script.say(`${count} ${"x".repeat(30_000)}`);
  const { keep, sent } = setup(script.state());
  const asked = await keep(0);
  if (asked.kind !== "shorter") throw new Error(asked.kind);
  expect(asked.messagesLeftOut).toBeGreaterThan(0);
  expect(sent).not.toContain("import-room");
  expect(await keep(asked.messagesLeftOut)).toMatchObject({ kind: "made" });
});

test("[SY277] another try takes the copy that stands, unless the room went on or it is gone", async () => {
  const script = talk();
  const { keep, room, rooms, app, roomId } = setup(script.state());
  expect(copyOf(app, roomId)).toBeUndefined();
  const first = await keep(0);
  if (first.kind !== "made") throw new Error(first.kind);
  expect(await keep(0)).toEqual(first);
  expect(rooms.value).toHaveLength(1);
  expect(copyOf(app, roomId)).toEqual(first.copy);
  script.say("one more");
  room.value = { state: script.state(), device: ME };
  const second = await keep(0);
  expect(second).toMatchObject({ kind: "made", copy: { roomId: "rm_copy_1" } });
  if (second.kind !== "made") return;
  rooms.value = [];
  expect(copyOf(app, roomId)).toBeUndefined();
  expect(await keep(0)).toMatchObject({ copy: { roomId: "rm_copy_0" } });
});
