/**
 * Speeds averaged from usage in settlements: integers, the same on every peer (D17).
 *
 *   RM39  Usage of more than a million tokens or of more than a day measures nothing, and no speed
 *         counts for more than a million tokens a second: plans can be made of what anybody tells.
 */

import type { RoomEvent, UsageRecord } from "../protocol/events.ts";
import type { Draft } from "./draft.ts";
import { roomLimits as limits } from "./limits.ts";

export function speedKey(device: string, modelId: string): string {
  return `${device}|${modelId}`;
}

/** Takes one reply into the average: the newest counts a quarter. */
export function addSpeed(
  draft: Draft,
  device: string,
  event: Extract<RoomEvent, { kind: "settle" }>,
): void {
  const { usage, modelId } = event;
  if (usage === undefined || modelId === undefined || !isPlausible(usage)) return;
  const key = speedKey(device, modelId);
  const old = draft.speeds.get(key);
  const computed = Math.max(0, usage.promptTokens - usage.cachedTokens);
  draft.speeds.set(key, {
    device,
    modelId,
    samples: (old?.samples ?? 0) + 1,
    prefillMilliTokensPerS: average(old?.prefillMilliTokensPerS, rate(computed, usage.prefillMs)),
    decodeMilliTokensPerS: average(
      old?.decodeMilliTokensPerS,
      rate(usage.generatedTokens, usage.decodeMs),
    ),
    replyTokens: average(old?.replyTokens, usage.generatedTokens),
    promptTokens: average(old?.promptTokens, computed),
  });
}

function isPlausible(usage: UsageRecord): boolean {
  const { promptTokens, generatedTokens, prefillMs, decodeMs } = usage;
  return Math.max(promptTokens, generatedTokens) <= limits.usageTokensMax &&
    Math.max(prefillMs, decodeMs) <= limits.usageMsMax; // RM39
}

/** Thousandths of a token a second; 0 when nothing was measured. */
function rate(tokens: number, ms: number): number {
  if (ms === 0) return 0;
  return Math.min(Math.floor((tokens * 1_000_000) / ms), limits.milliTokensPerSMax);
}

function average(old: number | undefined, measured: number): number {
  if (old === undefined || old === 0) return measured;
  return measured === 0 ? old : Math.floor((old * 3 + measured) / 4);
}
