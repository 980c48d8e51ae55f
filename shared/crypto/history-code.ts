/**
 * Four words of the history up to one place, for two people to compare when the relay may keep them
 * so well apart that nothing of one ever reaches the other.
 *
 * They are made with the room's key: a relay, which has none, cannot search for two histories of
 * the same words, and 44 bits leave it one chance in 17 billion million.
 *
 * Rules (shared/SPEC.md, section CR):
 *   CR38  Who has the same log up to a place has the same words for it, readers too; another log,
 *         place or room has others.
 */

import { ok, type Result } from "../base/result.ts";
import type { Crypto } from "../ports/crypto.ts";
import { LogViews, noForks } from "./log-views.ts";
import { decodeOpenerState, type OpenerStateError } from "./opener-state.ts";
import type { RoomKeys } from "./room-keys.ts";
import { wordIndexesOf } from "./word-indexes.ts";

export interface HistoryCode {
  /** The newest place that can be compared. */
  readonly head: number;
  readonly seq: number;
  /** Places in a list of 2,048 words; undefined where the place is not known, or no more. */
  readonly wordIndexes?: readonly number[] | undefined;
}

const WORDS = 4;
const CODE_BYTES = 6;

/** Of the log that `openerState` opened; `seq` undefined: up to its head. */
export async function historyCodeOf(
  crypto: Crypto,
  room: RoomKeys,
  openerState: string,
  seq?: number,
): Promise<Result<HistoryCode, OpenerStateError>> {
  const state = decodeOpenerState(openerState, room.roomId);
  if (!state.ok) return state;
  const views = new LogViews(undefined, state.value.views, noForks);
  const head = state.value.opened;
  const at = seq ?? head;
  const chain = state.value.views === undefined ? undefined : views.chainAt(at);
  if (chain === undefined) return ok({ head, seq: at });
  const code = await crypto.hkdf(room.readSecret, `history-words|${at}|${chain}`, CODE_BYTES);
  return ok({ head, seq: at, wordIndexes: wordIndexesOf(code, WORDS) });
}
