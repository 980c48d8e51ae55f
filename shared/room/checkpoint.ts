/**
 * Checkpoints: one RoomState as canonical text, and back.
 *
 * The same text serves the log (the last 200 messages, D31) and this device's own store (all of
 * them, so that a long room opens without folding every entry). The hash is over the text.
 *
 *   RM18  Decoding a checkpoint gives the state that was encoded; damaged text is refused, not
 *         repaired.
 */

import { canonicalJson } from "../base/canonical-json.ts";
import { err, ok, type Result } from "../base/result.ts";
import { sha256Hex } from "../base/stable-key.ts";
import { emptyState } from "./draft.ts";
import type { RoomState } from "./room-state.ts";

export interface CheckpointError {
  readonly kind: "checkpoint-malformed";
  readonly detail: string;
}

/**
 * `messagesMax` undefined keeps every message and turn; else the newest messages and their turns.
 */
export function encodeCheckpoint(state: RoomState, messagesMax?: number): string {
  const messages = messagesMax === undefined ? state.messages : state.messages.slice(-messagesMax);
  const turnMin = messagesMax === undefined ? -Infinity : messages[0]?.turn ?? 0;
  return canonicalJson({
    ...state,
    devices: [...state.devices.values()],
    personas: [...state.personas.values()],
    turns: [...state.turns.values()]
      .filter((turn) => turn.turn >= turnMin || state.openTurns.includes(turn.turn)),
    speeds: [...state.speeds.entries()].map(([key, speed]) => ({ key, speed })),
    messages,
  });
}

export function checkpointHash(text: string): string {
  return sha256Hex(text);
}

/**
 * Decodes text made by {@link encodeCheckpoint}. Checks the containers; the caller has checked the
 * hash (own store) or the author's signature (log), which is what vouches for the items inside.
 */
export function decodeCheckpoint(text: string): Result<RoomState, CheckpointError> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(error instanceof SyntaxError ? error.message : "not JSON");
  }
  return stateFromCheckpoint(value);
}

function stateFromCheckpoint(value: unknown): Result<RoomState, CheckpointError> {
  if (typeof value !== "object" || value === null) return refuse("not an object");
  const raw = value as Record<string, unknown>;
  const empty = emptyState();
  for (const [key, sample] of Object.entries(empty)) {
    const isList = Array.isArray(sample) || sample instanceof Map;
    const fits = isList ? Array.isArray(raw[key]) : typeof raw[key] === typeof sample;
    if (!fits) return refuse(`member ${key} is missing or of another type`);
  }
  const lists = raw as unknown as Record<keyof RoomState, never[]>;
  const keyed = <T, K extends keyof T>(items: readonly T[], key: K) =>
    new Map(items.map((item) => [item[key], item] as const));
  return ok({
    ...(raw as unknown as RoomState),
    devices: keyed(lists.devices, "id" as never),
    personas: keyed(lists.personas, "id" as never),
    turns: keyed(lists.turns, "turn" as never),
    speeds: new Map(
      (lists.speeds as { key: string; speed: never }[]).map(({ key, speed }) => [key, speed]),
    ),
  });
}

function refuse(detail: string): Result<never, CheckpointError> {
  return err({ kind: "checkpoint-malformed", detail });
}
