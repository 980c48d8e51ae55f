import "fake-indexeddb/auto";
import { afterEach, expect, test, vi } from "vitest";
import { signal } from "@preact/signals";
import { roomScript } from "#shared/testing/fakes/room-script.ts";
import type { AppCommand } from "../../../client/app-client.ts";
import type { Undo } from "../../app-context.ts";
import { keepCardFile, readCardFile } from "../../persona/keep-card-file.ts";
import { togglePin } from "./toggle-pin.ts";
import { removePersona, rewindRoom } from "./undo-deeds.ts";

afterEach(() => vi.useRealTimers());

/** A room whose commands are taken, and come into its log when the test says so. */
function setup() {
  const script = roomScript();
  const said = ["one", "two", "three"].map((text) => script.say(text));
  const state = signal(script.state());
  const sent: AppCommand[] = [];
  const told: { readonly text: string; readonly undo: Undo | undefined }[] = [];
  let author: string | undefined = "dv_own";
  const app = {
    client: { authorOf: async () => author },
    act: async (command: AppCommand) => {
      sent.push(command);
      return { kind: "done" } as const;
    },
    tell: (text: string, undo?: Undo) => void told.push({ text, undo }),
  };
  const show = (): void => void (state.value = script.state());
  const rewoundBy = (device: string | undefined): void => void (author = device);
  const room = { roomId: state.value.roomId, state, ownDevice: signal("dv_own") };
  return { script, said, room, sent, told, app, show, rewoundBy };
}

test("[RM65] a rewind is told when the room shows it, and its undo takes back that one alone", async () => {
  const { script, said: [first = 0, second = 0, last = 0], room, sent, told, app, show } = setup();
  const done = rewindRoom(app, room, second);
  await vi.waitFor(() => expect(sent).toHaveLength(1));
  expect(told).toEqual([]);
  const rewind = script.add({ kind: "rewind", to: second, expect: last });
  show();
  await done;
  script.add({ kind: "rewind", to: first, expect: second }); // Somebody else's.
  show();
  told[0]?.undo?.run();
  await vi.waitFor(() => expect(sent).toHaveLength(2));
  expect(sent[1]).toEqual({ kind: "restore", roomId: room.roomId, rewind });
  expect(told.map(({ text }) => text)).toEqual([
    "Rewound. What was set aside is still here to read and copy.",
  ]);
});

test("[RM65] somebody else's rewind is not taken for one's own", async () => {
  vi.useFakeTimers();
  const { script, said: [first = 0, second = 0, last = 0], room, told, app, show } = setup();
  const done = rewindRoom(app, room, second);
  script.add({ kind: "rewind", to: first, expect: last });
  show();
  await vi.runAllTimersAsync();
  await done;
  expect(told).toEqual([
    { text: "Under way: the room has not taken it yet.", undo: undefined },
  ]);
});

test.each([["another device", "dv_noor"], ["nobody knows whom", undefined]])(
  "[RM72] a rewind of the same by %s is told without Undo",
  async (_who, device) => {
    const { script, said: [, second = 0, last = 0], room, told, app, show, rewoundBy } = setup();
    rewoundBy(device);
    const done = rewindRoom(app, room, second);
    script.add({ kind: "rewind", to: second, expect: last });
    show();
    await done;
    expect(told).toEqual([
      { text: "Rewound. What was set aside is still here to read and copy.", undo: undefined },
    ]);
  },
);

test("[SY200] a pin is told for everybody's once the room shows it", async () => {
  vi.useFakeTimers();
  const { script, said: [of = 0], room, told, app, show } = setup();
  const waiting = togglePin(app, room, of, true);
  await vi.runAllTimersAsync();
  await waiting;
  const done = togglePin(app, room, of, true);
  script.add({ kind: "rules", rules: 5 });
  script.add({ kind: "pin", of, pinned: true });
  show();
  await done;
  expect(told.map(({ text }) => text)).toEqual([
    "Under way: the room has not taken it yet.",
    "Pinned for everybody.",
  ]);
});

test("[SY209] removing a persona waits for no storage; her file is forgotten when the offer ends", async () => {
  const { room, sent, told, app } = setup();
  const bytes = new Uint8Array([1, 2, 3]);
  await keepCardFile("a", bytes);
  await removePersona(app, room, "a");
  expect(sent.map(({ kind }) => kind)).toEqual(["remove-persona"]);
  expect(await readCardFile("a")).toEqual(bytes);
  told[0]?.undo?.run();
  await vi.waitFor(() => expect(told).toHaveLength(2));
  expect(await readCardFile("a")).toEqual(bytes);
  await removePersona(app, room, "a");
  told[2]?.undo?.onEnd?.();
  await vi.waitFor(async () => expect(await readCardFile("a")).toBeUndefined());
});
