import { fc } from "../../testing/properties.ts";
import { expect, test } from "vitest";
import { toRoomMs } from "../../base/brands.ts";
import { textBytes } from "../../personas/cards/bytes.ts";
import { packEntry, readZip, storeEntry, writeZip } from "../../personas/cards/zip.ts";
import type { LogEntry } from "../../ports/room-log.ts";
import { recipeKinds, type RoomEvent, type SettleOutcome } from "../../protocol/events.ts";
import { protocolLimits } from "../../protocol/limits.ts";
import { canonicalJson } from "../../base/canonical-json.ts";
import { encodeCheckpoint } from "../../room/checkpoint.ts";
import { emptyState } from "../../room/draft.ts";
import { foldEntries } from "../../room/fold.ts";
import { importedState } from "../../room/import-state.ts";
import type { RoomState, TurnState } from "../../room/room-state.ts";
import { roomHistory } from "../../testing/fakes/room-histories.ts";
import { ME, roomScript } from "../../testing/fakes/room-script.ts";
import { due } from "../../turns/due.ts";
import { roomFileLimits as limits } from "./limits.ts";
import { importedFounding, readRoomFile, type SavedRoom, writeRoomFile } from "./room-file.ts";

const lane = {
  engine: "scripted",
  modelId: "m",
  lane: "cpu",
  contextTokens: 512,
  slots: 1,
} as const;
const offerOf = (device: string) => ({ device, name: "Mika", lanes: [lane], hostsForOthers: true });
const noCards: ReadonlyMap<string, Uint8Array> = new Map();

function written(state: RoomState, cards = noCards, own = ME) {
  const file = writeRoomFile(state, ME, own, cards);
  if (!file.ok) throw new Error(file.error.kind);
  return file.value;
}

function read(bytes: Uint8Array): SavedRoom {
  const saved = readRoomFile(bytes);
  if (!saved.ok) throw new Error(JSON.stringify(saved.error));
  return saved.value;
}

test("[PL53] a room that would not begin with what was saved is none", () => {
  const { state, ...saved } = read(written(roomScript().state()).bytes);
  const devices = new Map([["dv_1", { id: "dv_1", name: "Ada", gone: true as const }]]);
  const founding = importedFounding(
    { ...saved, state: { ...state, rules: 2, devices } },
    "rm",
    offerOf(ME),
  );
  expect(founding).toEqual({
    ok: false,
    error: { kind: "room-file-damaged", detail: "rules-older" },
  });
});

/** The new room right after its import, and a way to go on in it. */
function imported(saved: SavedRoom, device = ME) {
  const founding = importedFounding(saved, "rm_new", offerOf(device));
  if (!founding.ok) throw new Error(JSON.stringify(founding.error));
  const entries = founding.value;
  let state = foldEntries(
    emptyState(),
    entries.map((entry, index): LogEntry => ({
      ...entry,
      body: JSON.parse(JSON.stringify(entry.body)),
      seq: index + 1,
      ts: toRoomMs(9_000_000),
    })),
  );
  const add = (body: RoomEvent): RoomState => {
    const seq = state.head + 1;
    const entry = { seq, ts: toRoomMs(9_000_000 + seq), id: `n_${seq}`, device, body };
    return state = foldEntries(state, [entry]);
  };
  return { entries, state: () => state, add };
}

/** Where things stand among each other, not where they are: places count from the newest. */
function shape(state: RoomState, device = ME): unknown {
  const whole = importedState(state, device, ME, "rm", Infinity);
  const text = encodeCheckpoint({ ...whole, at: toRoomMs(0), checkpoints: [], ignored: [] });
  const places = new Set<number>();
  JSON.parse(text, (_, value: unknown) => {
    if (typeof value === "number" && value < 0) places.add(value);
    return value;
  });
  const ranks = new Map([...places].toSorted((a, b) => a - b).map((place, rank) => [place, rank]));
  return JSON.parse(
    text,
    (_, value: unknown) =>
      typeof value === "number" && value < 0 ? `place ${ranks.get(value)}` : value,
  );
}

/** Talk that goes on: what is open is mostly answered, so that turns follow and votes are cast. */
const talks = fc.record({
  kind: fc.constantFrom(...recipeKinds),
  moves: fc.array(fc.tuple(fc.nat(9), fc.nat(5)), { maxLength: 40 }),
}).map(({ kind, moves }) => {
  const recipe = { kind, followUpsMax: 2, speakersPerTurn: 2, rounds: 2, director: "a" };
  const room = roomScript(recipe, ["a", "b", "c"]);
  for (const [move, which] of [[0, 0], ...moves] as const) {
    const state = room.state();
    const said = state.messages[which % Math.max(1, state.messages.length)]?.seq ?? 1;
    const open = state.turns.get(state.openTurns[0] ?? 0);
    const persona = open?.entries.find(({ settled }) => settled === undefined)?.persona;
    if (open === undefined || persona === undefined || move === 0) {
      room.add({ kind: "say", text: `${which}`, addressed: which > 3 ? ["b"] : [], replyTo: said });
    } else if (move === 1) room.add({ kind: "again", turn: said, persona: "b" });
    else if (move === 2) room.add({ kind: "edit", of: said, text: "changed" });
    else if (move === 3) room.add({ kind: "stop", scope: { kind: "turn", turn: open.turn } });
    else {
      const outcomes: readonly SettleOutcome[] = [
        { kind: "silent" },
        { kind: "failed", reason: "engine", detail: "x" },
        { kind: "deferred", reason: "merged", into: open.turn },
      ];
      const vote: SettleOutcome = { kind: "voted", speaker: "c" };
      const usual = open.vote === undefined ? "said" : vote;
      room.settle(open.turn, persona, outcomes[which] ?? usual, {
        modelId: "m",
        lane: "cpu",
        usage: { promptTokens: 9, cachedTokens: 1, generatedTokens: 5, prefillMs: 9, decodeMs: 50 },
      });
    }
  }
  return room.state();
});

const histories = fc.oneof(
  roomHistory.map((entries) => foldEntries(emptyState(), entries)),
  talks,
);

test("the talks of these properties have all that a room can have", () => {
  const states = fc.sample(talks, { numRuns: 100, seed: 1 });
  const turns = states.flatMap((state) => [...state.turns.values()]);
  const has = (is: (turn: TurnState) => boolean): boolean => turns.some(is);
  expect(has(({ planInput }) => planInput.speakers.length > 0), "follow-ups").toBe(true);
  expect(has(({ vote }) => vote !== undefined), "votes").toBe(true);
  expect(has(({ quietSteps }) => (quietSteps ?? 0) > 0), "quiet steps").toBe(true);
  expect(has(({ entries }) => entries.some(({ attempts }) => attempts.length > 1))).toBe(true);
  expect(states.some(({ speeds }) => speeds.size > 0), "speeds").toBe(true);
});

test("[PL51] any room that is saved and imported is the room it was, twice too", () => {
  fc.assert(
    fc.property(histories, (state) => {
      const once = imported(read(written(state).bytes)).state();
      expect(once.ignored).toEqual([]);
      const owned = { hosts: "any", owner: ME };
      const before = {
        ...state,
        personas: new Map([...state.personas].map(([id, one]) => [id, { ...one, ...owned }])),
      } as RoomState;
      expect(canonicalJson(shape(once))).toBe(canonicalJson(shape(before)));
      const twice = imported(read(written(once).bytes)).state();
      expect(canonicalJson(shape(twice))).toBe(canonicalJson(shape(once)));
    }),
    { numRuns: 50 },
  );
});

test("[PL51] what is open when a room is saved is stopped, and nobody owes an answer", () => {
  const room = roomScript();
  const turn = room.say("hello");
  room.settle(turn, "a", "hi");
  const { state, add } = imported(read(written(room.state()).bytes));
  expect(state().openTurns).toEqual([]);
  expect(due(state(), ME)).toEqual([]);
  expect([...state().turns.values()][0]?.entries.map((one) => one.settled?.outcome.kind))
    .toEqual(["replied", "stopped"]);
  add({ kind: "say", text: "on we go", addressed: [] });
  expect(due(state(), ME).map(({ persona }) => persona).toSorted()).toEqual(["a", "b"]);
});

test("[PL52] on another device the cast is its own, and what was said stays by who said it", () => {
  const room = roomScript();
  room.add({ kind: "device", name: "Jon" }, "dv_jon");
  room.persona("c", "dv_jon");
  const mine = room.say("mine");
  room.say("his", [], "dv_jon");
  const { entries, state, add } = imported(read(written(room.state()).bytes), "dv_other");
  expect(entries.map(({ id, device }) => [id, device])[0]).toEqual([
    "rm_new/founding/0",
    "dv_other",
  ]);
  expect(entries.map(({ body }) => (body as RoomEvent).kind))
    .toEqual(["genesis", "device", "announce", "assign", "assign", "assign"]);
  expect(state().messages.map(({ author, text }) => [author, text]))
    .toEqual([[ME, "mine"], ["dv_jon", "his"]]);
  expect(new Set([...state().personas.values()].map(({ owner }) => owner)))
    .toEqual(new Set(["dv_other"]));
  expect([...state().personas.values()].every((one) => one.assignment?.device === "dv_other"))
    .toBe(true);
  expect(state().roomId).toBe("rm_new");
  const [first] = state().messages;
  expect(mine).toBeGreaterThan(0);
  const edited = add({ kind: "edit", of: first?.seq ?? 0, text: "not hers" });
  expect(edited.messages[0]?.text).toBe("mine");
});

test("[PL52] a shared room that is saved knows its person again in a room of this device", () => {
  const room = roomScript();
  room.say("mine");
  const { state } = imported(read(written(room.state(), noCards, "dv_local").bytes), "dv_local");
  expect(state().messages.map(({ author }) => author)).toEqual(["dv_local"]);
  expect([...state().devices.keys()]).toEqual(["dv_local"]);
});

test("[PL51] [PL54] card files come back byte for byte; what is too large stays out, counted", () => {
  const state = roomScript().state();
  const bytes = Uint8Array.from({ length: 3_000 }, (_, at) => at * 7);
  const large = new Uint8Array(limits.cardBytesMax + 1);
  const file = written(state, new Map([["a", large], ["../b", bytes]]));
  expect(file).toMatchObject({ cards: 1, cardsLeftOut: 1, messagesLeftOut: 0 });
  const { cards } = read(file.bytes);
  expect([...cards.keys()]).toEqual(["../b"]);
  expect(cards.get("../b")).toEqual(bytes);
  const many = new Map(Array.from({ length: 12 }, (_, at) => [`p${at}`, large.subarray(1)]));
  const full = written(state, many);
  expect(full).toMatchObject({ cards: 10, cardsLeftOut: 2 });
  expect(full.bytes.length).toBeLessThanOrEqual(limits.fileBytesMax);
});

test("[PL54] of a room too long for one file the newest messages are saved, the rest counted", () => {
  const room = roomScript();
  for (let count = 0; count < 300; count += 1) room.say(`${count} ${"x".repeat(30_000)}`);
  const state = room.state();
  const file = written(state);
  expect(file.messages).toBeGreaterThan(100);
  expect(file.messages + file.messagesLeftOut).toBe(300);
  const { entries, state: back } = imported(read(file.bytes));
  expect(back().messages.map(({ text }) => text))
    .toEqual(state.messages.slice(-file.messages).map(({ text }) => text));
  const genesisBytes = textBytes(JSON.stringify(entries[0]?.body)).length;
  expect(genesisBytes).toBeLessThanOrEqual(protocolLimits.genesisBytesMax);
});

const talk = roomScript();
talk.settle(talk.say("hello"), "a", "hi");
const good = written(talk.state(), new Map([["a", Uint8Array.of(1, 2, 3)]])).bytes;

/** The file with another `room.json`. */
function changed(change: (room: Record<string, unknown>) => unknown): Uint8Array {
  const zip = readZip(good);
  if (!zip.ok) throw new Error("no archive");
  const [room, ...others] = zip.value.entries;
  const json = JSON.parse(new TextDecoder().decode(room?.packed));
  const text = textBytes(JSON.stringify(change(json)));
  return writeZip({
    prefix: new Uint8Array(0),
    entries: [storeEntry("room.json", text), ...others],
  });
}
const archive = (name: string, text: string): Uint8Array =>
  writeZip({ prefix: new Uint8Array(0), entries: [packEntry(name, textBytes(text))] });

test.each<[title: string, bytes: () => Uint8Array, error: object]>([
  ["nothing", () => new Uint8Array(0), { kind: "room-file-unknown" }],
  ["a text", () => textBytes("PK, I say"), { kind: "room-file-unknown" }],
  ["a card", () => archive("card.json", "{}"), { kind: "room-file-unknown" }],
  ["JSON of something else", () => archive("room.json", '{"format":"x"}'), {
    kind: "room-file-unknown",
  }],
  ["no JSON", () => archive("room.json", "hello"), { kind: "room-file-damaged" }],
  ["depth", () => archive("room.json", "[".repeat(9_999)), { kind: "room-file-damaged" }],
  ["a newer file", () => changed((room) => ({ ...room, version: 2 })), { kind: "room-file-newer" }],
  ["newer rules", () => changed((room) => ({ ...room, rules: 99 })), { kind: "room-file-newer" }],
  ["no version", () => changed((room) => ({ ...room, version: "1" })), {
    kind: "room-file-damaged",
  }],
  ["a recipe that nobody knows", () => changed((room) => ({ ...room, recipe: { kind: "x" } })), {
    kind: "room-file-damaged",
  }],
  ["no beginning", () => changed((room) => ({ ...room, beginning: null })), {
    kind: "room-file-damaged",
  }],
  ["a place that is none of before", () =>
    changed((room) => {
      const text = JSON.stringify(room).replace(/"settledSeq":-\d+/, '"settledSeq":7');
      return JSON.parse(text);
    }), { kind: "room-file-damaged" }],
  ["a card that is not there", () => changed((room) => ({ ...room, cards: [{ persona: "a" }] })), {
    kind: "room-file-damaged",
  }],
  ["cut short", () => good.slice(0, -20), { kind: "room-file-unknown" }],
  ["a changed byte", () => good.map((byte, at) => at === 200 ? byte ^ 1 : byte), {
    kind: "room-file-damaged",
  }],
  ["a bomb", () => archive("room.json", " ".repeat(8_000_000)), { kind: "room-file-damaged" }],
  ["a room too large", () => archive("room.json", " ".repeat(limits.jsonBytesMax + 1)), {
    kind: "room-file-damaged",
  }],
  ["a file too large", () => new Uint8Array(limits.fileBytesMax + 1), {
    kind: "room-file-too-large",
  }],
])("[PL53] refused by name: %s", (_title, bytes, error) => {
  const saved = readRoomFile(bytes());
  expect(saved.ok ? "read" : saved.error).toMatchObject(error);
});

test("[PL53] no bytes throw, and whatever is read makes a room in which no rule is broken", () => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(fc.property(changes, fc.nat(), (list, cut) => {
    const bytes = good.slice();
    for (const [at, byte] of list) bytes[at % bytes.length] = byte;
    for (const file of [bytes, bytes.subarray(0, cut % bytes.length)]) {
      const saved = readRoomFile(file);
      if (saved.ok) expect(imported(saved.value).state().ignored).toEqual([]);
    }
  }));
});
