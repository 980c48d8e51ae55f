/**
 * The fold's workbench: a private mutable copy of one RoomState. Containers are copied once per
 * batch of entries; the items in them are replaced, never changed, so that states of earlier seqs
 * stay valid.
 */

import { assert } from "../base/assert.ts";
import { type RoomMs, toRoomMs } from "../base/brands.ts";
import { protocolLimits } from "../protocol/limits.ts";
import type {
  DeviceState,
  Message,
  PersonaState,
  RoomState,
  SpeedState,
  TurnEntry,
  TurnState,
} from "./room-state.ts";
import { roomLimits } from "./limits.ts";

export type Draft = {
  -readonly [K in keyof RoomState]: RoomState[K] extends ReadonlyMap<infer Key, infer Value>
    ? Map<Key, Value>
    : RoomState[K] extends readonly (infer Item)[] ? Item[]
    : RoomState[K];
};

/** Who appended the entry being folded, and where it stands. */
export interface EntryContext {
  readonly seq: number;
  readonly at: RoomMs;
  readonly device: string;
}

export function emptyState(): RoomState {
  return {
    head: 0,
    at: toRoomMs(0),
    roomId: "",
    name: "",
    rules: 1,
    recipe: { kind: "panel", followUpsMax: 0 },
    devices: new Map<string, DeviceState>(),
    personas: new Map<string, PersonaState>(),
    messages: [],
    turns: new Map<number, TurnState>(),
    openTurns: [],
    speeds: new Map<string, SpeedState>(),
    blobs: [],
    checkpoints: [],
    ignored: [],
  };
}

export function createDraft(state: RoomState): Draft {
  return {
    ...state,
    devices: new Map(state.devices),
    personas: new Map(state.personas),
    messages: [...state.messages],
    turns: new Map(state.turns),
    openTurns: [...state.openTurns],
    speeds: new Map(state.speeds),
    blobs: [...state.blobs],
    checkpoints: [...state.checkpoints],
    ignored: [...state.ignored],
  };
}

/** Notes why an entry has no effect; bounded by dropping the oldest. */
export function ignore(draft: Draft, seq: number, reason: string): void {
  draft.ignored.push({ seq, reason });
  if (draft.ignored.length > roomLimits.ignoredMax) draft.ignored.shift();
}

/** Notes that something was looked for that is not at hand, if it may be there (SY138). */
export function noteMiss(draft: Draft, seq: number): void {
  const { earlier } = draft;
  if (earlier === undefined || seq >= (draft.messages[0]?.seq ?? Infinity)) return;
  draft.earlier = { ...earlier, isMissed: true };
}

export function findTurn(draft: Draft, number: number): TurnState | undefined {
  const turn = draft.turns.get(number);
  if (turn === undefined) noteMiss(draft, number);
  return turn;
}

/** Index of the message with this seq, or -1. Messages ascend by seq. */
export function messageIndex(messages: readonly Message[], seq: number): number {
  let low = 0;
  let high = messages.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = messages[middle]?.seq ?? 0;
    if (found === seq) return middle;
    if (found < seq) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

export function replaceMessage(draft: Draft, index: number, patch: Partial<Message>): void {
  const message = draft.messages[index];
  assert(
    message !== undefined,
    `Cannot replace message ${index}: there are ${draft.messages.length}`,
  );
  draft.messages[index] = { ...message, ...patch };
  if (patch.text !== undefined) repin(draft, message.seq, patch.text);
}

/** A pin says what its message says now. */
export function repin(draft: Draft, of: number, text: string): void {
  if (draft.pins === undefined) return;
  draft.pins = draft.pins.map((pin) => pin.of === of ? { ...pin, text: pinnedWords(text) } : pin);
}

/** The beginning of a message, without half a character at its end. */
export function pinnedWords(text: string): string {
  return text.slice(0, protocolLimits.pinCharsMax).replace(/[\ud800-\udbff]$/, "");
}

export function replaceEntry(draft: Draft, turn: TurnState, entry: TurnEntry): TurnState {
  const entries = turn.entries.map((old) => old.persona === entry.persona ? entry : old);
  const next = { ...turn, entries };
  draft.turns.set(turn.turn, next);
  return next;
}
