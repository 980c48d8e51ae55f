/**
 * Moves of an input: how its life is written down, for the ledger and for each PeerStore.
 *
 * Rules (shared/SPEC.md, section LG):
 *   LG25  Each move of an input is kept on it with its time and reason; the newest `inputMovesMax`
 *         stay.
 */

import type { EpochMs } from "../base/brands.ts";
import type { InputEndRow, InputMove, InputPhase, InputRecord } from "../ports/peer-store.ts";
import { ledgerLimits } from "./limits.ts";

/** The first move of an input that is admitted at `at`. */
export function firstMove(at: EpochMs): InputMove {
  return { at, from: "new", to: "queued" };
}

/** The input after it moved; what allows the move is decided before (input-life.ts). */
export function moveInput<T extends Pick<InputRecord, "phase" | "moves" | "reason">>(
  input: T,
  to: InputPhase,
  at: EpochMs,
  reason?: string,
): T {
  const why = reason === undefined ? {} : { reason };
  const moves: readonly InputMove[] = [...input.moves, { at, from: input.phase, to, ...why }];
  return { ...input, ...why, phase: to, moves: moves.slice(-ledgerLimits.inputMovesMax) };
}

/** An input that ends by being accepted: it was never queued. */
export function bornEnded<T extends Pick<InputRecord, "phase" | "moves" | "reason">>(
  input: T,
  { phase, reason, receipt }: Pick<InputEndRow, "phase" | "reason" | "receipt">,
): T {
  const why = reason === undefined ? {} : { reason };
  return { ...input, ...why, phase, moves: [{ at: receipt.at, from: "new", to: phase, ...why }] };
}

/** The input after the end that `row` tells. */
export function endInput<T extends Pick<InputRecord, "phase" | "moves" | "reason">>(
  input: T,
  { phase, reason, receipt }: Pick<InputEndRow, "phase" | "reason" | "receipt">,
): T {
  return moveInput(input, phase, receipt.at, reason);
}
