/**
 * Finds out from a room's log what the app asked its engine for one settled reply: the same fold,
 * the same layout, the same seed. That the bare engine then says the same words proves it.
 */

import { stableKey, toRoomMs } from "#shared/base/mod.ts";
import { layoutPrompt } from "#shared/personas/mod.ts";
import type { RoomEvent } from "#shared/protocol/mod.ts";
import { emptyState, foldEntries } from "#shared/room/mod.ts";
import { hostingLimits } from "../../../shared/hosting/limits.ts";
import { promptWindow } from "../../../shared/hosting/prompt-window.ts";
import { starterProfile } from "../../../web/models/catalogue.ts";
import type { BareRequest } from "./bare-worker.ts";

/** A row of the `entries` store. */
export interface EntryRow {
  readonly roomId: string;
  readonly seq: number;
  readonly ts: number;
  readonly id: string;
  readonly device: string;
  readonly body: unknown;
}

export type Settlement = Extract<RoomEvent, { kind: "settle" }>;

/** Throws when the log does not hold what the settlement speaks of. */
export function requestOf(
  entries: readonly EntryRow[],
  roomId: string,
  settled: Settlement,
): BareRequest {
  const { turn, persona, attempt, seenSeq, usage } = settled;
  const seen = entries.filter((entry) => entry.roomId === roomId && entry.seq <= seenSeq)
    .toSorted((a, b) => a.seq - b.seq)
    .map(({ seq, ts, id, device, body }) => ({ seq, ts: toRoomMs(ts), id, device, body }));
  const state = foldEntries(emptyState(), seen);
  const { contextTokens, replyTokensMax, promptFormat, temperature, topP } = starterProfile;
  const tokensMax = contextTokens - replyTokensMax - hostingLimits.promptReserveTokens;
  const window = promptWindow(state, turn, persona, promptFormat, tokensMax);
  if (window === undefined || usage === undefined) throw new Error("Cannot rebuild the request");
  const key = stableKey(["seed", roomId, String(turn), persona, String(attempt)]); // HO18
  return {
    segments: layoutPrompt(window).segments.map(({ text }) => text),
    seed: Number.parseInt(key.slice(0, 8), 16),
    temperature,
    topP,
    tokens: usage.generatedTokens,
  };
}
