/**
 * Reads a host's configuration with the files that it names, and derives its rooms.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO90  What a host cannot use in its configuration is named with its place, all of it at once.
 *   HO91  A room is joined by a link that may write and leads to a relay that may be used; two
 *         names for one room are refused.
 */

import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { err, ok, type Result } from "#shared/base/mod.ts";
import { deriveRoom, parseRoomLink } from "#shared/crypto/mod.ts";
import type { Bytes, Crypto } from "#shared/ports/mod.ts";
import type { Card } from "#shared/protocol/mod.ts";
import {
  type ConfigError,
  decodeHostConfig,
  type EngineConfig,
  type HostConfig,
} from "./host-config.ts";
import { decodeCardBytes, type FoundCard } from "./read-card.ts";
import { relayAddressOf } from "./relay-address.ts";

export interface PlannedRoom {
  readonly name: string;
  readonly roomId: string;
  readonly relayUrl: string;
  readonly secret: Bytes;
}

/** A persona and the names of the rooms that she is for. */
export type PlannedPersona =
  & {
    readonly key: string;
    readonly rooms: readonly string[];
  }
  & ({ readonly wish: "remove" } | {
    readonly wish: "put";
    readonly card: Card;
    readonly requirement: { readonly contextTokensMin: number; readonly modelId?: string };
    /** `own`: this device alone may host her. */
    readonly hosts: "any" | "own";
  });

/** What of a persona's card file no prompt will have: kinds such as `assets`. */
export interface CardNote {
  readonly key: string;
  readonly leftOut: readonly string[];
}

/** What a host is told to do, every file read and every path absolute. */
export interface HostPlan {
  readonly deviceName: string;
  readonly dataFolder: string;
  readonly rooms: readonly PlannedRoom[];
  readonly personas: readonly PlannedPersona[];
  readonly cardNotes: readonly CardNote[];
  readonly engine: EngineConfig;
  readonly http: HostConfig["http"];
  readonly sessions: HostConfig["sessions"];
  readonly eventsPerMinute: number;
  readonly stopMs: number;
  readonly logLevel: HostConfig["logLevel"];
}

/** Reads the file at `path`. */
export async function readHostPlan(
  path: string,
  crypto: Crypto,
): Promise<Result<HostPlan, readonly ConfigError[]>> {
  const text = readText(path, "");
  if (!text.ok) return err([text.error]);
  const decoded = decodeHostConfig(text.value);
  if (!decoded.ok) return decoded;
  const config = decoded.value;
  const folder = dirname(resolve(path));
  const errors: ConfigError[] = [];
  const rooms: PlannedRoom[] = [];
  for (const [index, one] of config.rooms.entries()) {
    const room = await planRoom(one, `rooms.${index}`, folder, crypto);
    if (!room.ok) {
      errors.push(room.error);
    } else if (rooms.some(({ roomId }) => roomId === room.value.roomId)) { // HO91
      errors.push({ kind: "room-repeated", at: `rooms.${index}`, detail: one.name });
    } else {
      rooms.push(room.value);
    }
  }
  const personas: PlannedPersona[] = [];
  const notices: CardNote[] = [];
  for (const [index, one] of config.personas.entries()) {
    const { key, rooms: names = config.rooms.map(({ name }) => name) } = one;
    if ("remove" in one) {
      personas.push({ key, rooms: names, wish: "remove" });
      continue;
    }
    const card = cardOf(one, `personas.${index}.cardFile`, folder);
    if (!card.ok) {
      errors.push(...card.error);
      continue;
    }
    const { contextTokensMin, modelId, hosts } = one;
    const requirement = { contextTokensMin, ...modelId === undefined ? {} : { modelId } };
    const what = { card: card.value.card, requirement, hosts };
    personas.push({ key, rooms: names, wish: "put", ...what });
    if (card.value.leftOut.length > 0) notices.push({ key, leftOut: card.value.leftOut });
  }
  if (errors.length > 0) return err(errors);
  const { eventsPerMinute, stopMs } = config.limits;
  return ok({
    ...{ rooms, personas, cardNotes: notices, eventsPerMinute, stopMs },
    deviceName: config.device.name,
    dataFolder: resolve(folder, config.data),
    engine: atFolder(config.engine, folder),
    http: config.http,
    sessions: config.sessions,
    logLevel: config.logLevel,
  });
}

async function planRoom(
  room: HostConfig["rooms"][number],
  at: string,
  folder: string,
  crypto: Crypto,
): Promise<Result<PlannedRoom, ConfigError>> {
  const read = "link" in room
    ? ok(room.link)
    : readText(resolve(folder, room.linkFile), `${at}.linkFile`);
  if (!read.ok) return read;
  const link = read.value.trim();
  const parsed = parseRoomLink(link);
  if (!parsed.ok) return err({ kind: "link-invalid", at, detail: "it is no invite link" });
  const { access, secret, relayHint } = parsed.value;
  if (access === "read") {
    return err({ kind: "link-read-only", at, detail: "who may only read hosts nobody" });
  }
  const relayUrl = relayAddressOf(link, relayHint);
  if (relayUrl === undefined) {
    const detail = "it names no relay by wss:, or in the clear on this machine";
    return err({ kind: "relay-unusable", at, detail });
  }
  const { roomId } = await deriveRoom(crypto, parsed.value);
  return ok({ name: room.name, roomId, relayUrl, secret });
}

type WithCard = Exclude<HostConfig["personas"][number], { readonly remove: true }>;

function cardOf(
  persona: WithCard,
  at: string,
  folder: string,
): Result<FoundCard, readonly ConfigError[]> {
  if ("card" in persona) return ok({ card: persona.card, leftOut: [] });
  const read = readBytes(resolve(folder, persona.cardFile), at);
  return read.ok ? decodeCardBytes(read.value, at) : err([read.error]);
}

function atFolder(engine: EngineConfig, folder: string): EngineConfig {
  if (engine.kind !== "llama-server") return engine;
  const { binary, modelFile } = engine;
  return { ...engine, binary: resolve(folder, binary), modelFile: resolve(folder, modelFile) };
}

function readText(path: string, at: string): Result<string, ConfigError> {
  const bytes = readBytes(path, at);
  return bytes.ok ? ok(new TextDecoder().decode(bytes.value)) : bytes;
}

function readBytes(path: string, at: string): Result<Uint8Array, ConfigError> {
  try {
    return ok(new Uint8Array(readFileSync(path)));
  } catch (error) { // What the file system says: a person has to act on it.
    const detail = `${path}: ${(error as { code?: string }).code ?? "unknown cause"}`;
    return err({ kind: "config-unreadable", at, detail });
  }
}
