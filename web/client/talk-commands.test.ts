import { expect, test } from "vitest";
import { err, ok } from "#shared/base/mod.ts";
import type { RoomEvent } from "#shared/protocol/mod.ts";
import {
  emptyState,
  foldEntries,
  recentState,
  roomLimits,
  type RoomState,
} from "#shared/room/mod.ts";
import { RoomScript, roomScript } from "#shared/testing/fakes/room-script.ts";
import { runTalkCommand } from "./talk-commands.ts";

function setup(room: RoomScript, shown: RoomState = room.state()) {
  const events: RoomEvent[] = [];
  const append = async (event: RoomEvent) => {
    events.push(event);
    room.add(event);
    return ok({ kind: "done" } as const);
  };
  const whole = async () => foldEntries(emptyState(), room.entries);
  const run = (
    command: { readonly kind: "restore"; readonly rewind: number } | {
      readonly kind: "pin";
      readonly of: number;
      readonly pinned: boolean;
    },
  ) => runTalkCommand({ ...command, roomId: "rm_1" }, shown, whole, append);
  return { events, run };
}

test("[SY200] [RM63] pinning raises a room's rules once, and what cannot be pinned is said", async () => {
  const old = new RoomScript();
  const recipe = { kind: "panel", followUpsMax: 0 } as const;
  old.add({ kind: "genesis", rules: 2, roomId: "rm_1", name: "Garden", recipe });
  old.add({ kind: "device", name: "Mika" });
  const seq = old.say("hi");
  const first = setup(old);
  expect(await first.run({ kind: "pin", of: seq, pinned: true })).toMatchObject({ ok: true });
  const second = setup(old);
  await second.run({ kind: "pin", of: seq, pinned: false });
  expect([...first.events, ...second.events]).toEqual([
    { kind: "rules", rules: 5 },
    { kind: "pin", of: seq, pinned: true },
    { kind: "pin", of: seq, pinned: false },
  ]);
  const { run, events } = setup(old);
  expect(await run({ kind: "pin", of: 99, pinned: true })).toEqual(
    err({ kind: "pin-out-of-reach" }),
  );
  expect(events).toEqual([]);
  for (let number = 0; number < roomLimits.pinsMax; number += 1) {
    old.add({ kind: "pin", of: old.say(`line ${number}`), pinned: true });
  }
  const full = setup(old);
  expect(await full.run({ kind: "pin", of: seq, pinned: true }))
    .toEqual(err({ kind: "pins-full", pinsMax: roomLimits.pinsMax }));
});

test("[SY200] [RM65] the newest rewind is taken back, also where its lines are not at hand", async () => {
  const room = roomScript();
  const [first = 0, last = 0] = ["one", "two", "three"].map((text) => room.say(text));
  const nothing = err({ kind: "nothing-to-restore" });
  expect(await setup(room).run({ kind: "restore", rewind: last })).toEqual(nothing);
  const rewind = room.add({ kind: "rewind", to: first, expect: last + 1 });
  const whole = room.state();
  const shown = recentState({ ...whole, messages: whole.messages.slice(0, 1) }, 0) ?? whole;
  const { run, events } = setup(room, shown);
  await run({ kind: "restore", rewind });
  expect(events).toEqual([{ kind: "restore", rewind }]);
  expect(room.state().messages.map(({ aside }) => aside)).toEqual([false, false, false]);
});

test("[SY200] [RM65] another rewind than the one that is meant stays", async () => {
  const room = roomScript();
  const [first = 0, second = 0, last = 0] = ["one", "two", "three"].map((text) => room.say(text));
  const own = room.add({ kind: "rewind", to: second, expect: last });
  room.add({ kind: "rewind", to: first, expect: second }); // Somebody else's.
  const { run, events } = setup(room);
  expect(await run({ kind: "restore", rewind: own })).toEqual(err({ kind: "nothing-to-restore" }));
  expect(events).toEqual([]);
});
