import { fc } from "../../testing/properties.ts";
import { expect, test } from "vitest";
import { toRoomMs } from "../../base/brands.ts";
import { encodeBase64Url } from "../../crypto/base64url.ts";
import { checkForeignState, takeForeignState } from "../../crypto/opener-state.ts";
import { createDeviceKeys } from "../../crypto/device-keys.ts";
import { createRoomSecret, deriveRoom } from "../../crypto/room-keys.ts";
import { createWebCrypto } from "../../crypto/web-crypto.ts";
import type { OutboxRecord } from "../../ports/peer-store.ts";
import type { LogEntry } from "../../ports/room-log.ts";
import type { RoomEvent } from "../../protocol/events.ts";
import { emptyState } from "../../room/draft.ts";
import { foldEntries } from "../../room/fold.ts";
import { roomLimits } from "../../room/limits.ts";
import type { RoomState } from "../../room/room-state.ts";
import { createCryptoKit } from "../../testing/fakes/crypto-kit.ts";
import { ME, type RoomScript, roomScript } from "../../testing/fakes/room-script.ts";
import { carriedEntries } from "./carried-entries.ts";
import { closedEvent, companionsOf, followingKeys } from "./close-room.ts";
import { movedFounding } from "./moved-founding.ts";

const [NOOR, EVE] = ["dv_noor", "dv_eve"];
const NEW = "new-room-of-22-chars--";
const lane = {
  engine: "scripted",
  modelId: "m",
  lane: "cpu",
  contextTokens: 512,
  slots: 1,
} as const;
const offer = { name: "Mika", lanes: [lane], hostsForOthers: true };

/** Mika's room with Noor, who owns Dov, and Eve, who owns Fay; everybody said something. */
function threeOfUs(): RoomScript {
  const room = roomScript();
  for (const [device, name, persona] of [[NOOR, "Noor", "dov"], [EVE, "Eve", "fay"]] as const) {
    room.add({ kind: "device", name }, device);
    room.persona(persona, device);
    room.say(`${name} is here`, [], device);
  }
  return room;
}

function foundIn(state: RoomState, goAlong: readonly string[]): RoomState {
  const given = { state, device: ME, roomId: NEW, goAlong: new Set(goAlong), offer };
  const entries = movedFounding(given).map((body, index): LogEntry => ({
    ...{ seq: index + 1, ts: toRoomMs(9_000_000), id: `f_${index}`, device: ME },
    body: JSON.parse(JSON.stringify(body)),
  }));
  return foldEntries(emptyState(), entries);
}

test("[HO182] the moved room has the same talk by the same people, and nobody twice", () => {
  const old = threeOfUs().state();
  const moved = foundIn(old, [ME, NOOR]);
  expect([moved.name, moved.roomId, moved.recipe]).toEqual([old.name, NEW, old.recipe]);
  const lines = (state: RoomState) => state.messages.map(({ author, text }) => `${author} ${text}`);
  expect(lines(moved)).toEqual(lines(old));
  expect([...moved.personas.keys()]).toEqual([...old.personas.keys()]);
  expect(moved.openTurns).toEqual([]);
  expect(moved.importedBy).toBe(ME);
  // The mover's own are hosted at once, another's waits for its owner.
  expect(moved.personas.get("a")?.assignment?.device).toBe(ME);
  expect(moved.personas.get("dov")?.assignment).toBeUndefined();
});

test("[HO182] [RM64] the author of a pin is known, also where the message stays behind", () => {
  const room = threeOfUs();
  const said = room.state().messages.find(({ author }) => author === EVE)?.seq ?? 0;
  room.add({ kind: "pin", of: said, pinned: true });
  for (let line = 0; line < roomLimits.checkpointMessagesMax; line += 1) {
    room.say(`line ${line}`, ["nobody"]);
  }
  const moved = foundIn(room.state(), [ME, NOOR]);
  expect(moved.messages.some(({ author }) => author === EVE)).toBe(false);
  expect(moved.pins?.map(({ author, text }) => [author, text])).toEqual([[EVE, "Eve is here"]]);
  expect(moved.devices.get(EVE)).toMatchObject({ name: "Eve", gone: true });
});

test("[HO182] who goes along keeps a persona; of who stays behind it is the mover's", () => {
  const room = threeOfUs();
  room.add({
    kind: "persona",
    persona: "gus",
    card: { name: "Gus", gist: "", description: "", greeting: "", hue: 0 },
    requirement: { contextTokensMin: 0 },
    hosts: [EVE, NOOR],
    removed: false,
  }, NOOR);
  const moved = foundIn(room.state(), [ME, NOOR]);
  const ownerOf = (id: string) => moved.personas.get(id)?.owner;
  expect(["a", "dov", "fay"].map(ownerOf)).toEqual([ME, NOOR, ME]);
  expect(moved.personas.get("gus")?.hosts).toEqual([NOOR]);
  const alone = foundIn(room.state(), [ME]);
  expect(alone.personas.get("gus")).toMatchObject({ owner: ME, hosts: [ME] });
});

test("[RM61] who was left behind is known by name, and is one of the people when it comes back", () => {
  const moved = foundIn(threeOfUs().state(), [ME, NOOR]);
  expect(moved.ignored).toEqual([]);
  expect(moved.devices.get(EVE)).toEqual({ id: EVE, name: "Eve", gone: true });
  expect(moved.devices.get(NOOR)).toEqual({ id: NOOR, name: "Noor" });
  const ts = moved.at;
  const body = { kind: "device", name: "Eve again" };
  const back = foldEntries(moved, [{ seq: moved.head + 1, ts, id: "b", device: EVE, body }]);
  expect(back.devices.get(EVE)).toEqual({ id: EVE, name: "Eve again" });
});

test("[RM61] a beginning that knows of who is gone is ignored in a room of older rules", () => {
  const state = threeOfUs().state();
  const [genesis] = movedFounding({
    state,
    device: ME,
    roomId: NEW,
    goAlong: new Set([ME]),
    offer,
  });
  const body = { ...genesis, rules: 3 };
  const entry = { seq: 1, ts: toRoomMs(1), id: "g", device: ME, body };
  expect(foldEntries(emptyState(), [entry]).ignored).toEqual([{ seq: 1, reason: "rules-older" }]);
});

const rowOf = (id: string, body: RoomEvent, sealedId?: string): OutboxRecord => ({
  ...{ roomId: "old", order: 1, entry: { id, device: NOOR, body } },
  ...sealedId !== undefined &&
    { sealed: [{ id: `${sealedId}-0`, body: "" }, { id: sealedId, body: "" }] },
});
const say = (text: string, replyTo?: number): RoomEvent => ({
  ...{ kind: "say", text, addressed: [] },
  ...replyTo !== undefined && { replyTo },
});

test("[HO183] what was said behind the beginning goes along in order, each once", () => {
  const room = threeOfUs();
  const covers = room.state().head;
  const ordered = room.say("meanwhile", [], NOOR);
  room.say("by somebody else", [], EVE);
  const id = room.entries.at(ordered - 1)?.id ?? "";
  const entries = room.entries;
  const rows = [
    rowOf("local-1", say("meanwhile"), id), // Ordered, and not forgotten yet.
    rowOf("local-2", say("not taken yet"), "sealed-2"),
    rowOf("local-3", { kind: "assign", persona: "dov" }),
    rowOf("local-4", say("not even sealed")),
  ];
  const carried = carriedEntries({ device: NOOR, covers, entries, rows });
  expect(carried.map(({ id, device, body }) => [id, device, (body as { text: string }).text]))
    .toEqual([
      [id, NOOR, "meanwhile"],
      ["sealed-2", NOOR, "not taken yet"],
      ["local-4", NOOR, "not even sealed"],
    ]);
  expect(carriedEntries({ device: NOOR, covers, entries, rows })).toEqual(carried);
});

test("[HO183] an answer and a correction keep their place, or lose it with the old log", () => {
  const covers = 20;
  const rows = [
    rowOf("1", say("to a line that goes along", 20)),
    rowOf("2", say("to a line of before", -3)),
    rowOf("3", say("to a line that does not", 21)),
    rowOf("4", { kind: "edit", of: 18, text: "better" }),
    rowOf("5", { kind: "edit", of: 22, text: "lost" }),
  ];
  const carried = carriedEntries({ device: NOOR, covers, entries: [], rows });
  expect(carried.map(({ body }) => body)).toEqual([
    say("to a line that goes along", -1),
    say("to a line of before", -24),
    say("to a line that does not"),
    { kind: "edit", of: -3, text: "better" },
  ]);
});

test("[HO183] however the outbox was sent meanwhile, the same words go along in the same order", () => {
  fc.assert(fc.property(fc.nat(6), fc.nat(6), fc.nat(6), (said, mirrored, forgotten) => {
    const texts = Array.from({ length: said }, (_, at) => `m${at}`);
    const inLog = Math.min(said, mirrored);
    const entries = texts.slice(0, inLog).map((text, at): LogEntry => ({
      ...{ seq: at + 2, ts: toRoomMs(1), id: `s${at}`, device: NOOR, body: say(text) },
    }));
    const gone = Math.min(inLog, forgotten);
    const rows = texts.slice(gone).map((text, at) => rowOf(`l${at}`, say(text), `s${at + gone}`));
    const carried = carriedEntries({ device: NOOR, covers: 1, entries, rows });
    expect(carried.map(({ body }) => (body as { text: string }).text)).toEqual(texts);
  }));
});

const crypto = createWebCrypto();

async function makeMove() {
  const [mika, noor] = [await createDeviceKeys(crypto), await createDeviceKeys(crypto)];
  const keysOf = async (device: typeof mika, secret = createRoomSecret(crypto)) => {
    const { roomId } = await deriveRoom(crypto, { access: "write", secret });
    return { roomId, relayUrl: "wss://r/relay", access: "write", secret, device } as const;
  };
  const old = await keysOf(mika);
  const next = await keysOf(mika);
  const keys = new Map([mika, noor].map((one) => [one.id, one.agreePublicKey]));
  const event = await closedEvent(crypto, { old, next }, 7, { keys, unreachable: [] });
  const { kind: _, ...rest } = event;
  const state = { closed: { ...rest, seq: 9, device: mika.id } };
  return { old, next, noor, state };
}

test("[HO185] who has a box follows as the same device at its own address of the relay", async () => {
  const { old, next, noor, state } = await makeMove();
  const own = { ...old, relayUrl: "wss://other/relay", device: noor };
  expect(await followingKeys(crypto, own, state))
    .toEqual({ ok: true, value: { ...next, relayUrl: "wss://other/relay", device: noor } });
});

test("[HO185] without a box, or with a link for reading, a device is left out", async () => {
  const { old, noor, state } = await makeMove();
  const stranger = await createDeviceKeys(crypto);
  const leftOut = { ok: false, error: { kind: "left-out" } };
  expect(await followingKeys(crypto, { ...old, device: stranger }, state)).toEqual(leftOut);
  const reading = { ...old, access: "read", device: noor } as const;
  expect(await followingKeys(crypto, reading, state)).toEqual(leftOut);
  expect(await followingKeys(crypto, { ...old, device: noor }, { closed: undefined }))
    .toEqual({ ok: false, error: { kind: "not-closed" } });
  const other = { closed: { ...state.closed, device: noor.id } };
  expect(await followingKeys(crypto, { ...old, device: noor }, other))
    .toEqual({ ok: false, error: { kind: "move-box-void" } });
});

test("[HO184] who is known by key goes along, unless left out or gone; others are named", async () => {
  const devices = await Promise.all([1, 2, 3, 4].map(() => createDeviceKeys(crypto)));
  const idAt = (index: number): string => devices[index]?.id ?? "";
  const [own, eve, old] = [idAt(0), idAt(1), idAt(2)];
  const opener = JSON.stringify({
    ...{ v: 1, roomId: "r", opened: 0 },
    lastHash: encodeBase64Url(new Uint8Array(32)),
    devices: devices.map((one) => [
      one.id,
      encodeBase64Url(one.signPublicKey),
      encodeBase64Url(one.agreePublicKey),
    ]),
    ...{ pages: [], pending: [] },
  });
  const state: Pick<RoomState, "devices" | "roomId"> = {
    roomId: "r",
    devices: new Map([own, eve, old, "by-name"].map((id) => [
      id,
      { id, name: id, ...id === old && { gone: true as const } },
    ])),
  };
  const found = companionsOf(state, opener, [eve]);
  if (!found.ok) throw new Error(found.error.kind);
  expect([[...found.value.keys.keys()], found.value.unreachable]).toEqual([[own], ["by-name"]]);
  expect(found.value.keys.get(own)).toEqual(devices[0]?.agreePublicKey);
});

test("[CR27] keys that only a checkpoint named seal nothing, until their device is heard here", async () => {
  const kit = await createCryptoKit();
  const noor = await kit.createDevice();
  const [whole, sealer] = [kit.createOpener(), kit.createSealer(noor)];
  await kit.pass(sealer, whole, "a", { kind: "device", name: "Noor" });
  const { roomId } = kit.room;
  const state = { roomId, devices: new Map([[noor.id, { id: noor.id, name: "Noor" }]]) };
  const companions = (opener: string) => {
    const found = companionsOf(state, opener, []);
    return found.ok && [[...found.value.keys.values()], found.value.unreachable];
  };
  const honest = [[noor.agreePublicKey], []];
  expect(companions(whole.state())).toEqual(honest);
  // The checkpoint of a device that names another's key as Noor's.
  const eve = await kit.createDevice();
  const [real, forged] = [noor, eve].map((one) => encodeBase64Url(one.agreePublicKey));
  const told = whole.state().replace(real ?? "", forged ?? "");
  expect(await checkForeignState(kit.crypto, told, roomId)).toEqual({ ok: true, value: undefined });
  const joined = kit.createOpener(takeForeignState(told, roomId));
  expect(companions(joined.state())).toEqual([[], [noor.id]]);
  // Neither a reload nor an entry without an introduction changes that.
  await kit.pass(sealer, joined, "b", { kind: "name", name: "Garden" });
  const later = kit.createOpener(joined.state());
  expect(companions(later.state())).toEqual([[], [noor.id]]);
  await kit.pass(kit.createSealer(noor), later, "c", { kind: "device", name: "Noor" });
  expect(companions(later.state())).toEqual(honest);
});

test("[HO184] an opener's state that is none has no companions", () => {
  expect(companionsOf({ devices: new Map(), roomId: "r" }, "{}", []))
    .toEqual({ ok: false, error: { kind: "opener-state-damaged" } });
});
