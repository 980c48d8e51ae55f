/**
 * Unknown rows of a peer's work become typed here; as stored-rows.ts does for those that every tab
 * reads. Apart, because only the peer needs it (SY180).
 */

import * as v from "valibot";
import type {
  InputRecord,
  ReceiptRecord,
  SegmentRecord,
  SessionRecord,
} from "#shared/ports/mod.ts";
import {
  admissionDecision,
  inputHeader,
  inputKind,
  inputMoves,
  inputPhase,
  privateWork,
  sessionState,
} from "#shared/protocol/mod.ts";
import { count, decoderOf, epochMs } from "./stored-rows.ts";

const input = v.object({
  id: v.string(),
  roomId: v.string(),
  persona: v.string(),
  idempotencyKey: v.string(),
  kind: inputKind,
  header: inputHeader,
  admission: admissionDecision,
  phase: inputPhase,
  moves: inputMoves,
  work: v.optional(privateWork),
  // Negative in a room that was shared: a turn of before.
  turn: v.pipe(v.number(), v.safeInteger()),
  attempt: count,
  assign: count,
  human: v.boolean(),
  order: count,
  createdAt: epochMs,
  stagedCount: count,
  partialText: v.string(),
  reason: v.optional(v.string()),
});

const receipt = v.object({
  inputId: v.string(),
  idempotencyKey: v.string(),
  outcome: v.string(),
  at: epochMs,
});

const segment = v.object({
  persona: v.string(),
  roomId: v.string(),
  index: count,
  body: v.unknown(),
});

const session = v.object({
  roomId: v.string(),
  persona: v.string(),
  parent: v.optional(v.string()),
  state: sessionState,
  body: v.unknown(),
});

export const decodeInput = decoderOf<InputRecord>("inputs", input);
export const decodeReceipt = decoderOf<ReceiptRecord>("receipts", receipt);
export const decodeSegment = decoderOf<SegmentRecord>("segments", segment);
export const decodeSession = decoderOf<SessionRecord>("sessions", session);
