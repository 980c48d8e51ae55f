import { expect, test } from "vitest";
import { toRoomMs } from "../base/brands.ts";
import type { LogEntry } from "../ports/room-log.ts";
import { decodeRoomEvent } from "../protocol/decode-event.ts";
import type { RoomEvent } from "../protocol/events.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../room/checkpoint.ts";
import { emptyState } from "../room/draft.ts";
import { foldEntries } from "../room/fold.ts";
import { roomLimits } from "../room/limits.ts";
import type { RoomState } from "../room/room-state.ts";
import { ME, type RoomScript, roomScript } from "../testing/fakes/room-script.ts";
import { planOf } from "../turns/project-plan.ts";
import { due } from "../turns/due.ts";
import { sharedFounding } from "./share-room.ts";

const NEW = "device-in-shared-room-";
const ROOM = "shared-room-of-22-char";
const lane = {
  engine: "scripted",
  modelId: "m",
  lane: "cpu",
  contextTokens: 512,
  slots: 1,
} as const;
const offer = { name: "Mika", lanes: [lane], hostsForOthers: true };

const entriesOf = (events: readonly RoomEvent[], device = NEW): readonly LogEntry[] =>
  events.map((body, index) => ({
    seq: index + 1,
    ts: toRoomMs(9_000_000),
    id: `f_${index}`,
    device,
    // What crosses a wire.
    body: JSON.parse(JSON.stringify(body)),
  }));

/** The shared room right after its founding, and a way to go on in it. */
function share(room: RoomScript) {
  const events = sharedFounding(room.state(), ME, NEW, ROOM, offer);
  const entries = entriesOf(events);
  let state = foldEntries(emptyState(), entries);
  const add = (body: RoomEvent, device = NEW): RoomState => {
    const seq = state.head + 1;
    state = foldEntries(state, [{ seq, ts: toRoomMs(9_000_000), id: `n_${seq}`, device, body }]);
    return state;
  };
  return { events, state: () => state, add };
}

const lines = (state: RoomState) =>
  state.messages.map((one) => `${one.author === NEW ? ME : one.author}: ${one.text} ${one.aside}`);

/** Talk with replies, an edit, what was set aside, and a reply to a message. */
function talk(): RoomScript {
  const room = roomScript();
  const first = room.say("hello");
  room.settle(first, "a", "hi there", {
    usage: { promptTokens: 9, cachedTokens: 0, generatedTokens: 5, prefillMs: 10, decodeMs: 50 },
    modelId: "m",
  });
  room.settle(first, "b", { kind: "deferred", reason: "merged", into: first });
  const second = room.add({ kind: "say", text: "again", addressed: ["b"], replyTo: first });
  room.settle(second, "a", { kind: "silent" });
  room.settle(second, "b", "yes");
  room.add({ kind: "rewind", to: second, expect: room.state().head });
  return room;
}

test("[RM19] [HO27] the shared room has the transcript, cast, recipe and name, and its founder hosts", () => {
  const room = talk();
  const { events, state } = share(room);
  expect(events.map((event) => event.kind))
    .toEqual(["genesis", "announce", "assign", "assign"]);
  const [before, after] = [room.state(), state()];
  expect(lines(after)).toEqual(lines(before));
  expect(after).toMatchObject({ roomId: ROOM, name: "Garden", recipe: before.recipe });
  expect([...after.personas.values()].map(({ id, owner, card }) => [id, owner, card.name]))
    .toEqual([["a", NEW, "A"], ["b", NEW, "B"]]);
  expect([...after.personas.values()].every((one) => one.assignment?.device === NEW)).toBe(true);
  expect([...after.devices.keys()]).toEqual([NEW]);
  expect(after.importedBy).toBe(NEW);
  expect(after.ignored).toEqual([]);
  expect(encodeCheckpoint(after)).not.toContain(ME);
  expect([...after.speeds.values()].map((speed) => speed.device)).toEqual([NEW]);
});

test("[RM20] what was before has negative places, and what comes has its own", () => {
  const room = talk();
  const { state, add } = share(room);
  const old = state().messages;
  expect(old.every((one) => one.seq < 0 && one.turn < 0)).toBe(true);
  expect(old.map((one) => one.seq)).toEqual(old.map((one) => one.seq).toSorted((a, b) => a - b));
  expect(old.find((one) => one.replyTo !== undefined)?.replyTo).toBe(old[0]?.seq);
  expect(old.filter((one) => one.kind === "person").every((one) => state().turns.has(one.turn)))
    .toBe(true);
  const next = add({ kind: "say", text: "new", addressed: [], replyTo: old[0]?.seq });
  expect(next.messages.at(-1)).toMatchObject({ text: "new", replyTo: old[0]?.seq });
  expect(next.messages.at(-1)?.seq).toBeGreaterThan(0);
  expect(due(next, NEW).map((one) => one.persona).toSorted()).toEqual(["a", "b"]);
});

test("[RM19] a turn of before can be tried again, picked, edited around and rewound past", () => {
  const room = talk();
  const { state, add } = share(room);
  const [first] = state().messages;
  const turn = first?.turn ?? 0;
  const again = add({ kind: "again", turn, persona: "a" });
  expect(due(again, NEW)).toMatchObject([{ turn, persona: "a", attempt: 1 }]);
  expect(planOf(again, turn)?.personaPlans).toHaveLength(2);
  const assign = again.personas.get("a")?.assignment?.seq ?? 0;
  const settle = {
    kind: "settle",
    turn,
    persona: "a",
    attempt: 1,
    assign,
    outcome: { kind: "replied", text: "better", finish: "stop" },
    seenSeq: 3,
    fingerprint: "f",
  } as const;
  expect(add(settle).messages.find((one) => one.author === "a")?.text).toBe("better");
  expect(add({ kind: "pick", turn, persona: "a", attempt: 0 }).messages[1]?.text).toBe("hi there");
  const edited = add({ kind: "edit", of: first?.seq ?? 0, text: "hello!" });
  expect(edited.messages[0]).toMatchObject({ text: "hello!", edited: true });
  const tail = edited.messages.findLast((one) => !one.aside)?.seq ?? 0;
  const rewound = add({ kind: "rewind", to: first?.seq ?? 0, expect: tail });
  expect(rewound.messages.filter((one) => !one.aside).map((one) => one.text)).toEqual(["hello!"]);
  expect(rewound.ignored).toEqual([]);
});

test("[RM19] what was open ends as stopped and is due to nobody", () => {
  const room = talk();
  const turn = room.say("unanswered");
  room.settle(turn, "a", "half of it");
  const { state } = share(room);
  expect(state().openTurns).toEqual([]);
  expect(due(state(), NEW)).toEqual([]);
  const last = [...state().turns.values()].at(-1);
  expect(last?.entries.map((entry) => entry.settled?.outcome.kind)).toEqual(["replied", "stopped"]);
  expect(last?.settledSeq).toBeLessThan(0);
});

test("[RM19] of a long room the newest messages and their turns go along", () => {
  const room = roomScript();
  for (let index = 0; index < roomLimits.checkpointMessagesMax + 5; index += 1) {
    room.say(`message ${index}`);
  }
  const { state } = share(room);
  expect(state().messages).toHaveLength(roomLimits.checkpointMessagesMax);
  expect(state().messages[0]?.text).toBe("message 5");
  expect(state().turns.size).toBe(roomLimits.checkpointMessagesMax);
});

test("[RM19] an empty room is shared as well", () => {
  const { state } = share(roomScript());
  expect(state()).toMatchObject({ roomId: ROOM, messages: [], openTurns: [], importedBy: NEW });
});

test("[PR1] a founding is what the protocol takes, entry by entry", () => {
  for (const event of share(talk()).events) expect(decodeRoomEvent(event).ok).toBe(true);
});

test("[RM19] a beginning in which somebody hosts and turns are open begins without", () => {
  const [genesis] = sharedFounding(talk().state(), ME, NEW, ROOM, offer);
  if (genesis?.kind !== "genesis") throw new Error("no genesis");
  const raw = genesis.checkpoint as Record<string, object[]>;
  const assignment = { device: NEW, seq: 1 };
  const checkpoint = {
    ...raw,
    openTurns: [-7],
    head: 99,
    personas: raw["personas"]?.map((one) => ({ ...one, assignment })),
  };
  const state = foldEntries(emptyState(), entriesOf([{ ...genesis, checkpoint }]));
  expect(state).toMatchObject({ head: 1, openTurns: [], importedBy: NEW });
  expect(state.messages).toHaveLength(4);
  expect([...state.personas.values()].every((one) => one.assignment === undefined)).toBe(true);
});

test("[RM18] a checkpoint of a shared room keeps what was before it", () => {
  const { state } = share(talk());
  const restored = decodeCheckpoint(encodeCheckpoint(state()));
  expect(restored.ok && encodeCheckpoint(restored.value)).toBe(encodeCheckpoint(state()));
  expect(restored.ok && restored.value.turns.size).toBe(2);
});

const aheadLane = {
  ...{ modelId: "m", slots: 1, prefillMilliTokensPerS: 0, decodeMilliTokensPerS: 0 },
  ...{ replyTokens: 0, promptTokens: 0 },
};

type Item = Record<string, unknown>;

/** Changes each item of one list. */
const changed = (list: string, change: (item: Item) => unknown) => (raw: Item): unknown => ({
  ...raw,
  [list]: (raw[list] as Item[]).map(change),
});

test.each<[what: string, change: (checkpoint: Record<string, unknown>) => unknown]>([
  ["a place of the new log", (raw) => ({
    ...raw,
    messages: (raw["messages"] as object[]).map((one, index) => ({ ...one, seq: index + 1 })),
  })],
  ["a message that is none", (raw) => ({ ...raw, messages: [null] })],
  ["a turn without entries", (raw) => ({ ...raw, turns: [{ turn: -1 }] })],
  ["a persona without a card", (raw) => ({ ...raw, personas: [{ id: "a", hosts: "any" }] })],
  [
    "a speed that no plan takes",
    changed("speeds", (one) => ({
      ...one,
      speed: { ...one["speed"] as object, decodeMilliTokensPerS: 2 ** 50 },
    })),
  ],
  [
    "so many samples that one more ends integers",
    changed("speeds", (one) => ({
      ...one,
      speed: { ...one["speed"] as object, samples: Number.MAX_SAFE_INTEGER },
    })),
  ],
  ["a time that is no whole number", changed("messages", (one) => ({ ...one, at: 1.5 }))],
  ["a turn before time began", changed("turns", (one) => ({ ...one, openedAt: -1 }))],
  [
    "a turn in which somebody takes part twice",
    changed("turns", (one) => ({
      ...one,
      entries: [one["entries"], one["entries"]].flat(),
    })),
  ],
  [
    "a lane without slots",
    changed("turns", (one) => ({
      ...one,
      planInput: { ...one["planInput"] as object, ahead: [{ ...aheadLane, slots: 0 }] },
    })),
  ],
  [
    "a message of a time that no date has",
    changed("messages", (one) => ({ ...one, at: 9e15 })),
  ],
  ["a cast too large to plan", (raw) => ({
    ...raw,
    personas: Array.from({ length: roomLimits.personasMax + 1 }, (_, index) => ({
      ...(raw["personas"] as object[])[0],
      id: `p${index}`,
    })),
  })],
  ["an attempt that is none", (raw) => ({
    ...raw,
    turns: (raw["turns"] as { entries: object[] }[])
      .map((turn) => ({
        ...turn,
        entries: turn.entries.map((one) => ({ ...one, attempts: [1] })),
      })),
  })],
])("[RM20] a beginning with %s is refused, and the room begins empty", (_what, change) => {
  const [genesis, ...rest] = sharedFounding(talk().state(), ME, NEW, ROOM, offer);
  if (genesis?.kind !== "genesis") throw new Error("no genesis");
  const checkpoint = change(genesis.checkpoint as Record<string, unknown>);
  const state = foldEntries(emptyState(), entriesOf([{ ...genesis, checkpoint }, ...rest]));
  expect(state).toMatchObject({ roomId: ROOM, name: "Garden", messages: [] });
  expect(state.ignored[0]?.reason).toContain("checkpoint-malformed");
});
