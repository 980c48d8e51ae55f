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
  decodeCardFile,
  decodeHostConfig,
  type EngineConfig,
  type HostConfig,
} from "./host-config.ts";
import { relayAddressOf } from "./relay-address.ts";

export interface PlannedRoom {
  readonly name: string;
  readonly roomId: string;
  readonly relayUrl: string;
  readonly secret: Bytes;
}

export interface PlannedPersona {
  readonly key: string;
  readonly card: Card;
  readonly requirement: { readonly contextTokensMin: number; readonly modelId?: string };
  /** Names of the rooms that she is put into. */
  readonly rooms: readonly string[];
}

/** What a host is told to do, every file read and every path absolute. */
export interface HostPlan {
  readonly deviceName: string;
  readonly dataFolder: string;
  readonly rooms: readonly PlannedRoom[];
  readonly personas: readonly PlannedPersona[];
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
  for (const [index, one] of config.personas.entries()) {
    const card = cardOf(one, `personas.${index}.cardFile`, folder);
    if (!card.ok) {
      errors.push(...card.error);
      continue;
    }
    const { key, contextTokensMin, modelId } = one;
    const requirement = { contextTokensMin, ...modelId === undefined ? {} : { modelId } };
    const names = one.rooms ?? config.rooms.map(({ name }) => name);
    personas.push({ key, card: card.value, requirement, rooms: names });
  }
  if (errors.length > 0) return err(errors);
  const { eventsPerMinute, stopMs } = config.limits;
  return ok({
    ...{ rooms, personas, eventsPerMinute, stopMs },
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

function cardOf(
  persona: HostConfig["personas"][number],
  at: string,
  folder: string,
): Result<Card, readonly ConfigError[]> {
  if ("card" in persona) return ok(persona.card);
  const read = readText(resolve(folder, persona.cardFile), at);
  return read.ok ? decodeCardFile(read.value, at) : err([read.error]);
}

function atFolder(engine: EngineConfig, folder: string): EngineConfig {
  if (engine.kind !== "llama-server") return engine;
  const { binary, modelFile } = engine;
  return { ...engine, binary: resolve(folder, binary), modelFile: resolve(folder, modelFile) };
}

function readText(path: string, at: string): Result<string, ConfigError> {
  try {
    return ok(readFileSync(path, "utf8"));
  } catch (error) { // What the file system says: a person has to act on it.
    const detail = `${path}: ${(error as { code?: string }).code ?? "unknown cause"}`;
    return err({ kind: "config-unreadable", at, detail });
  }
}
