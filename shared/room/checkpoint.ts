/**
 * Checkpoints: one RoomState as canonical text, and back.
 *
 * The same text serves the log (the last 200 messages, D31) and this device's own store (all of
 * them, so that a long room opens without folding every entry). The hash is over the text.
 *
 *   RM18  Decoding a checkpoint gives the state that was encoded; damaged text is refused, not
 *         repaired.
 *   RM21  The log's text of a state is the same on a device that knows the whole log and on one
 *         that began behind a checkpoint.
 *   RM60  A checkpoint of a closed room says where it went on, with every box; one that is no
 *         `closed` makes the checkpoint malformed.
 */

import { canonicalJson } from "../base/canonical-json.ts";
import { err, ok, type Result } from "../base/result.ts";
import { sha256Hex } from "../base/stable-key.ts";
import { decodeRoomEvent } from "../protocol/decode-event.ts";
import { protocolLimits } from "../protocol/limits.ts";
import { emptyState } from "./draft.ts";
import { roomLimits } from "./limits.ts";
import { reachableTurns } from "./reach.ts";
import type { RoomState } from "./room-state.ts";

export interface CheckpointError {
  readonly kind: "checkpoint-malformed";
  readonly detail: string;
}

const encoder = new TextEncoder();

/**
 * `messagesMax` undefined keeps everything, for this device; else it is the log's form: the newest
 * messages, their turns and what is open, without what devices know differently (RM21).
 */
export function encodeCheckpoint(state: RoomState, messagesMax?: number): string {
  const isWhole = messagesMax === undefined;
  const messages = isWhole ? state.messages : state.messages.slice(-messagesMax);
  const kept = isWhole ? undefined : reachableTurns(messages, state.openTurns);
  return canonicalJson({
    ...state,
    ...isWhole ? {} : { ignored: [], importedBy: undefined, readerOnly: undefined },
    earlier: undefined,
    devices: [...state.devices.values()],
    personas: [...state.personas.values()],
    turns: [...state.turns.values()].filter((turn) => kept?.(turn) ?? true),
    speeds: [...state.speeds.entries()].map(([key, speed]) => ({ key, speed })),
    messages,
    // As states were before there were images: equal for every client of a room without.
    blobs: state.blobs.length === 0 ? undefined : state.blobs,
  });
}

/**
 * The text of a `checkpoint`: with 200 messages, and half as many as long as it is too large for
 * an entry. Equal states have equal texts.
 */
export function logCheckpointOf(state: RoomState): string {
  for (let messagesMax: number = roomLimits.checkpointMessagesMax;; messagesMax >>= 1) {
    const text = encodeCheckpoint(state, Math.max(messagesMax, 1));
    const bytes = encoder.encode(JSON.stringify(text)).length;
    if (messagesMax <= 1 || bytes <= protocolLimits.checkpointStateCharsMax) return text;
  }
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
  // Never what another says of itself: a state of others is the whole of what there is.
  const raw: Record<string, unknown> = { blobs: [], ...value, earlier: undefined };
  const empty = emptyState();
  for (const [key, sample] of Object.entries(empty)) {
    const isList = Array.isArray(sample) || sample instanceof Map;
    const fits = isList ? Array.isArray(raw[key]) : typeof raw[key] === typeof sample;
    if (!fits) return refuse(`member ${key} is missing or of another type`);
  }
  if (raw["closed"] !== undefined && !isClosed(raw["closed"])) { // RM60
    return refuse("member closed is no end of a room");
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

/** Its boxes are opened by whoever follows, so it is checked as in an entry. */
function isClosed(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { seq, device, ...event } = value as { readonly seq?: unknown; readonly device?: unknown };
  return Number.isSafeInteger(seq) && typeof device === "string" &&
    decodeRoomEvent({ ...event, kind: "closed" }).ok;
}

function refuse(detail: string): Result<never, CheckpointError> {
  return err({ kind: "checkpoint-malformed", detail });
}
