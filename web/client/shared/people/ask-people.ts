/**
 * Answers what a person asks about the devices of a shared room: their keys, the code to compare,
 * and which of them were compared here.
 *
 * Owns the form of the notes about it. Keys are those that opening this room's entries found.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY160 What a person compared is kept on this device with the keys that were compared: other
 *         keys of the same device are told as changed, and another device never counts as compared.
 *   SY163 A fork that was dismissed stays so on this device, also over a reload; another fork of
 *         the same room is shown.
 *   SY161 A code is noted as the same for the keys that were shown, not for those of later.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import {
  deriveRoom,
  fingerprintOf,
  historyCodeOf,
  knownDevices,
  roomSecretOf,
  safetyCodeOf,
} from "#shared/crypto/mod.ts";
import type { SharedRoomKeys, StorageError } from "#shared/ports/mod.ts";
import type { CommandError } from "../../app-client.ts";
import { clientLimits } from "../../limits.ts";
import type { CommandOf, SharedAnswer, SharedCommandDeps } from "../shared-command.ts";
import { readNote, writeNote } from "./compared-note.ts";
import type { Comparison, DeviceCheck, PeopleReply } from "./people-ask.ts";

type PeopleDeps = Pick<SharedCommandDeps, "crypto" | "clock" | "rooms" | "notes" | "logOf">;
type Got<T> = Promise<Result<T, CommandError>>;

const NOTE = "compared:";
const SEEN = "fork-seen:";
const PAGE_ENTRIES = 512;

export async function askPeople(
  deps: PeopleDeps,
  { roomId, ask }: CommandOf<"people">,
  signal: AbortSignal,
): Promise<SharedAnswer> {
  const keys = await deps.rooms.load(roomId, signal);
  if (!keys.ok) return keys;
  if (keys.value === undefined) return err({ kind: "room-not-shared" });
  const replied = await replyTo(deps, keys.value, ask, signal);
  return replied.ok ? ok({ kind: "people-replied", reply: replied.value }) : replied;
}

async function replyTo(
  deps: PeopleDeps,
  keys: SharedRoomKeys,
  ask: CommandOf<"people">["ask"],
  signal: AbortSignal,
): Got<PeopleReply> {
  switch (ask.kind) {
    case "device":
      return await checkDevice(deps, keys, ask.device, signal);
    case "compared":
      return await listCompared(deps, keys, signal);
    case "matches": {
      const { device, fingerprint } = ask;
      const text = writeNote({ fingerprint, atMs: deps.clock.epochNow() }); // SY161
      return await note(deps, keys.roomId, NOTE + device, text, signal);
    }
    case "dismiss-fork":
      return await note(deps, keys.roomId, SEEN + ask.fork, "", signal); // SY163
    case "forks-seen": {
      const noted = await deps.notes.list(keys.roomId, clientLimits.roomNotesMax, signal);
      if (!noted.ok) return noted;
      const names = [...noted.value.keys()].filter((name) => name.startsWith(SEEN));
      return ok({ kind: "forks-seen", forks: names.map((name) => name.slice(SEEN.length)) });
    }
    case "history":
      return await readHistory(deps, keys, ask.upTo, signal);
    case "differs": {
      const forgotten = await deps.notes.forget(keys.roomId, NOTE + ask.device, signal);
      return forgotten.ok ? ok({ kind: "noted" }) : forgotten;
    }
  }
}

async function note(
  { notes }: PeopleDeps,
  roomId: string,
  name: string,
  text: string,
  signal: AbortSignal,
): Got<PeopleReply> {
  const put = await notes.put(roomId, name, text, clientLimits.roomNotesMax, signal);
  if (!put.ok) return put;
  return put.value ? ok({ kind: "noted" }) : err({ kind: "storage-full" });
}

async function readHistory(
  deps: PeopleDeps,
  own: SharedRoomKeys,
  upTo: number | undefined,
  signal: AbortSignal,
): Got<PeopleReply> {
  const store = await deps.rooms.store();
  if (!store.ok) return store;
  const position = await store.value.position(own.roomId, signal);
  if (!position.ok) return position;
  const room = await deriveRoom(deps.crypto, roomSecretOf(own));
  const code = position.value &&
    await historyCodeOf(deps.crypto, room, position.value.opener, upTo);
  return ok({ kind: "history", ...code?.ok === true ? code.value : { head: 0, seq: upTo ?? 0 } });
}

async function checkDevice(
  deps: PeopleDeps,
  own: SharedRoomKeys,
  device: string,
  signal: AbortSignal,
): Got<DeviceCheck> {
  const devices = await readDevices(deps, own, signal);
  if (!devices.ok) return devices;
  const times = await readTimes(deps, own.roomId, device, signal);
  if (!times.ok) return times;
  const keys = devices.value.get(device);
  if (keys === undefined) return ok({ kind: "device", compared: { kind: "none" }, ...times.value });
  const noted = await deps.notes.list(own.roomId, clientLimits.roomNotesMax, signal);
  if (!noted.ok) return noted;
  const fingerprint = fingerprintOf(keys);
  // A reader seals nothing: nobody has keys of it to compare.
  const hasCode = device !== own.device.id && own.access === "write";
  return ok({
    kind: "device",
    fingerprint,
    code: hasCode ? await safetyCodeOf(own.roomId, ownKeysOf(own), keys) : undefined,
    compared: comparisonOf(noted.value.get(NOTE + device), fingerprint),
    ...times.value,
  });
}

async function listCompared(
  deps: PeopleDeps,
  own: SharedRoomKeys,
  signal: AbortSignal,
): Got<PeopleReply> {
  const devices = await readDevices(deps, own, signal);
  if (!devices.ok) return devices;
  const noted = await deps.notes.list(own.roomId, clientLimits.roomNotesMax, signal);
  if (!noted.ok) return noted;
  const compared: Record<string, Comparison> = {};
  for (const [name, text] of noted.value) {
    const device = name.slice(NOTE.length);
    const keys = name.startsWith(NOTE) ? devices.value.get(device) : undefined;
    if (keys !== undefined) compared[device] = comparisonOf(text, fingerprintOf(keys));
  }
  return ok({ kind: "compared", devices: compared });
}

function comparisonOf(text: string | undefined, fingerprint: string): Comparison {
  const known = text === undefined ? undefined : readNote(text);
  if (known === undefined) return { kind: "none" };
  const { atMs } = known;
  return { kind: known.fingerprint === fingerprint ? "same" : "changed", atMs }; // SY160
}

/** As this device found them by opening entries; its own as it has them. */
async function readDevices(
  deps: PeopleDeps,
  own: SharedRoomKeys,
  signal: AbortSignal,
): Got<ReadonlyMap<string, ReturnType<typeof ownKeysOf>>> {
  const store = await deps.rooms.store();
  if (!store.ok) return store;
  const position = await store.value.position(own.roomId, signal);
  if (!position.ok) return position;
  const known = position.value && knownDevices(position.value.opener, own.roomId);
  // A state that cannot be read is opened anew by the link: until then nobody's keys are known.
  const devices = known?.ok === true ? known.value : new Map<string, never>();
  return ok(new Map([...devices, [own.device.id, ownKeysOf(own)]]));
}

const ownKeysOf = ({ device }: SharedRoomKeys) => ({
  signKey: device.signPublicKey,
  agreeKey: device.agreePublicKey,
});

async function readTimes(
  deps: PeopleDeps,
  roomId: string,
  device: string,
  signal: AbortSignal,
): Promise<Result<Pick<DeviceCheck, "firstAtMs" | "lastAtMs">, StorageError>> {
  const log = deps.logOf(roomId);
  let firstAtMs: number | undefined;
  let lastAtMs: number | undefined;
  for (let afterSeq = 0;;) {
    const page = await log.read(afterSeq, PAGE_ENTRIES, signal);
    if (!page.ok) return page;
    const own = page.value.filter((entry) => entry.device === device);
    firstAtMs ??= own[0]?.ts;
    lastAtMs = own.at(-1)?.ts ?? lastAtMs;
    const last = page.value.at(-1);
    if (last === undefined || page.value.length < PAGE_ENTRIES) return ok({ firstAtMs, lastAtMs });
    afterSeq = last.seq;
  }
}
