/**
 * What an opener remembers between entries, and its form at rest.
 *
 * Every limit is a function of the entries opened so far, never of time or chance, so that peers
 * with the same log remember the same.
 *
 * Rules (shared/SPEC.md, section CR):
 *   CR17  A saved state goes on as if nothing had stopped; each of its tables has a limit.
 *   CR27  Agreement keys that only a checkpoint named are its maker's word: nothing is sealed to
 *         them before that device has introduced itself here.
 *   CR23  A state that another device wrote names each device by the hash of its signing key.
 */

import { assert } from "../base/assert.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Bytes, Crypto } from "../ports/crypto.ts";
import { decodeBase64Url, decodeExactly, encodeBase64Url } from "./base64url.ts";
import { deviceIdOf } from "./device-keys.ts";
import { HASH_BYTES, NO_HASH } from "./envelope.ts";
import { cryptoLimits } from "./limits.ts";
import { type FoundForks, type LogViews, noForks, type SavedViews } from "./log-views.ts";
import { readFound, readViews } from "./saved-views.ts";
import { PUBLIC_KEY_BYTES } from "./room-keys.ts";

export interface KnownDevice {
  readonly signKey: Bytes;
  readonly agreeKey: Bytes;
  /** Only a checkpoint named these keys: its maker's word for `agreeKey`. */
  readonly isTold?: true;
}

/** The parts so far of an event that is not whole yet. */
export interface PendingEvent {
  readonly page: string;
  /** Of the first part; those of the others follow without a gap. */
  readonly counter: number;
  readonly parts: number;
  readonly pieces: readonly Bytes[];
}

/** Maps are in order of use, the longest unused first. */
export interface OpenerState {
  readonly roomId: string;
  /** Entries opened; the place of the newest. */
  opened: number;
  /** Of the newest entry of a device that says what its author's log held (CR39). */
  lastHash: Bytes;
  /** By device id. */
  readonly devices: Map<string, KnownDevice>;
  /** The newest counter of each page, by `device|page`. */
  readonly pages: Map<string, number>;
  /** By device id. */
  readonly pending: Map<string, PendingEvent>;
  /** As it was saved, before {@link LogViews} goes on with it; it is saved from there. */
  readonly views?: SavedViews | undefined;
  readonly found: FoundForks;
}

/** Of a short hash: 12 bytes tell entries apart, and a state has 256 of them. */
const SHORT_HASH_BYTES = 12;
const STATE_VERSION = 1;

export function createOpenerState(roomId: string): OpenerState {
  return {
    roomId,
    opened: 0,
    lastHash: NO_HASH,
    devices: new Map(),
    pages: new Map(),
    pending: new Map(),
    found: noForks,
  };
}

/** Sets a key as the one used last, and forgets the longest unused beyond `entriesMax`. */
export function setNewest<V>(map: Map<string, V>, key: string, value: V, entriesMax: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > entriesMax && oldest !== undefined) map.delete(oldest);
}

export const pageKeyOf = (device: string, page: string): string => `${device}|${page}`;

export const pendingBytes = (pending: PendingEvent): number =>
  pending.pieces.reduce((sum, piece) => sum + piece.length, 0);

export const shortHash = (hash: Bytes): string =>
  encodeBase64Url(hash.subarray(0, SHORT_HASH_BYTES));

/** One JSON text. */
export function encodeOpenerState(
  state: OpenerState,
  views: Pick<LogViews, "save" | "found">,
): string {
  return JSON.stringify({
    v: STATE_VERSION,
    roomId: state.roomId,
    opened: state.opened,
    lastHash: encodeBase64Url(state.lastHash),
    devices: Array.from(state.devices, ([id, device]) => [
      id,
      encodeBase64Url(device.signKey),
      encodeBase64Url(device.agreeKey),
      ...device.isTold ? [1] : [],
    ]),
    pages: [...state.pages],
    pending: Array.from(state.pending, ([device, pending]) => [
      device,
      pending.page,
      pending.counter,
      pending.parts,
      pending.pieces.map(encodeBase64Url),
    ]),
    views: views.save(),
    forks: views.found().forks,
    otherForks: views.found().others,
  });
}

export type OpenerStateError = { readonly kind: "opener-state-damaged" };

/** Whether {@link createOpener} can go on from `text`; if not, the log must be opened anew. */
export function checkOpenerState(text: string, roomId: string): Result<void, OpenerStateError> {
  const state = decodeOpenerState(text, roomId);
  return state.ok ? ok(undefined) : state;
}

/** The public keys of each device that an opener knows, by device id. */
export function knownDevices(
  text: string,
  roomId: string,
): Result<ReadonlyMap<string, KnownDevice>, OpenerStateError> {
  const state = decodeOpenerState(text, roomId);
  return state.ok ? ok(state.value.devices) : state;
}

/**
 * `text` for a checkpoint, of the same room: without what only this device found out by comparing
 * logs, and with the chain at this place alone, so that who joins compares from there on.
 */
export function openerStateForOthers(text: string, roomId: string): string {
  const state = decodeOpenerState(text, roomId);
  assert(state.ok, "Cannot pass on an opener's state: it is damaged or of another room");
  const { views } = state.value;
  const base = views?.places.at(-1)?.[1] ?? views?.base;
  const kept = views && base ? { ...views, base, places: [], agreed: [] } : undefined;
  return encodeOpenerState(state.value, { save: () => kept, found: () => noForks });
}

/** {@link checkOpenerState} for a text of another device: nobody is taken for somebody else. */
export async function checkForeignState(
  crypto: Pick<Crypto, "sha256">,
  text: string,
  roomId: string,
): Promise<Result<void, OpenerStateError>> {
  const state = decodeOpenerState(text, roomId);
  if (!state.ok) return state;
  for (const [id, { signKey }] of state.value.devices) { // CR23
    if (await deviceIdOf(crypto, signKey) !== id) return err({ kind: "opener-state-damaged" });
  }
  return ok(undefined);
}

/** The state of another device, to go on from: agreement keys in it are its word alone (CR27). */
export function takeForeignState(text: string, roomId: string): string {
  const state = decodeOpenerState(text, roomId);
  assert(state.ok, "Cannot take over an opener's state: it is damaged or of another room");
  const { devices, views, found } = state.value;
  for (const [id, device] of devices) devices.set(id, { ...device, isTold: true });
  return encodeOpenerState(state.value, { save: () => views, found: () => found });
}

export function decodeOpenerState(
  text: string,
  roomId: string,
): Result<OpenerState, OpenerStateError> {
  const state = readState(text, roomId);
  return state === undefined ? err({ kind: "opener-state-damaged" }) : ok(state);
}

function readState(text: string, roomId: string): OpenerState | undefined {
  const raw = parseObject(text);
  const lastHash = readBytes(raw?.["lastHash"], HASH_BYTES);
  if (raw?.["v"] !== STATE_VERSION || raw["roomId"] !== roomId || lastHash === undefined) {
    return undefined;
  }
  const opened = raw["opened"];
  if (!isCount(opened)) return undefined;
  const devices = readMap(raw["devices"], cryptoLimits.devicesMax, readDevice);
  const pages = readMap(raw["pages"], cryptoLimits.pagesMax, readPage);
  const pending = readMap(raw["pending"], cryptoLimits.devicesMax, readPending);
  if (devices === undefined || pages === undefined || pending === undefined) return undefined;
  const [views, found] = [readViews(raw["views"]), readFound(raw["forks"], raw["otherForks"])];
  if (views === null || found === null) return undefined;
  return { roomId, opened, lastHash, devices, pages, pending, views, found };
}

/** Rows `[key, ...fields]` as a map, or undefined when one of them is none. */
function readMap<V>(
  raw: unknown,
  entriesMax: number,
  read: (fields: readonly unknown[]) => V | undefined,
): Map<string, V> | undefined {
  if (!isArray(raw) || raw.length > entriesMax) return undefined;
  const map = new Map<string, V>();
  for (const row of raw) {
    if (!isArray(row) || typeof row[0] !== "string") return undefined;
    const value = read(row.slice(1));
    if (value === undefined) return undefined;
    map.set(row[0], value);
  }
  return map;
}

function readDevice([sign, agree, told]: readonly unknown[]): KnownDevice | undefined {
  const signKey = readBytes(sign, PUBLIC_KEY_BYTES);
  const agreeKey = readBytes(agree, PUBLIC_KEY_BYTES);
  if (signKey === undefined || agreeKey === undefined) return undefined;
  return told === undefined ? { signKey, agreeKey } : { signKey, agreeKey, isTold: true };
}

function readPage([counter]: readonly unknown[]): number | undefined {
  return isCount(counter) ? counter : undefined;
}

function readPending(fields: readonly unknown[]): PendingEvent | undefined {
  const [page, counter, parts, rawPieces] = fields;
  if (typeof page !== "string" || !isCount(counter) || !isCount(parts)) return undefined;
  if (!isArray(rawPieces) || rawPieces.length === 0 || rawPieces.length >= parts) return undefined;
  const pieces = rawPieces.map((piece) =>
    typeof piece === "string" ? decodeBase64Url(piece) : undefined
  );
  const whole = pieces.filter((piece) => piece !== undefined);
  return whole.length === pieces.length ? { page, counter, parts, pieces: whole } : undefined;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null;
    return isObject ? value as Record<string, unknown> : undefined;
  } catch { // SyntaxError: a damaged record.
    return undefined;
  }
}

const isArray = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
const readBytes = (value: unknown, count: number): Bytes | undefined =>
  typeof value === "string" ? decodeExactly(value, count) : undefined;
