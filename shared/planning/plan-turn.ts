/**
 * Turn planner: who speaks in which order, on which lane, and when that will be.
 *
 * Pure, synchronous, integers only: the same request gives the same plan and fingerprint on every
 * peer. It never chooses hosts (assignments do) and never changes by chance.
 *
 * Rules (shared/SPEC.md, section TP):
 *   TP1  Equal requests give equal plans and equal fingerprints.
 *   TP2  Whom the message addresses goes first; the others follow in cast order, rotated by the
 *        turn, so that everyone is first in turn.
 *   TP3  A lane never holds more running generations than its slots; each takes the slot that is
 *        free first.
 *   TP4  Participants without a host are listed, not planned; a persona listed twice is planned
 *        once.
 *   TP5  A verdict is false when nobody is planned.
 */

import { assert } from "../base/assert.ts";
import { canonicalJson } from "../base/canonical-json.ts";
import { stableKey } from "../base/stable-key.ts";
import { planningLimits as limits } from "./limits.ts";
import type { PersonaPlan, TurnCandidate, TurnPlan, TurnRequest } from "./plan.ts";

/**
 * Plans one turn. At most `planningLimits.candidatesMax` candidates; more is a defect of the
 * caller.
 */
export function planTurn(request: TurnRequest): TurnPlan {
  assert(
    request.candidates.length <= limits.candidatesMax,
    `Cannot plan ${request.candidates.length} candidates: the limit is ${limits.candidatesMax}`,
  );
  const { unique, duplicates } = withoutDuplicates(request.candidates);
  const withoutHost = unique.filter((one) => one.device === undefined).map((one) => one.persona);
  const personas = schedule(inOrder(request, unique.filter((one) => one.device !== undefined)));
  const finishes = personas.map((one) => one.finishMs);
  const firstSettledMs = finishes.length > 0 ? Math.min(...finishes) : undefined;
  const allSettledMs = finishes.length > 0 ? Math.max(...finishes) : undefined;
  const turnKey = stableKey(["turn", request.roomId, String(request.turn), request.text.trim()]);
  const facts = canonicalJson({ personas, withoutHost, duplicates });
  return {
    turn: request.turn,
    turnKey,
    personas,
    withoutHost,
    duplicates,
    firstSettledMs,
    allSettledMs,
    meetsFirstBudget: firstSettledMs !== undefined && // TP5
      firstSettledMs <= limits.firstSettledMsMax,
    meetsAllBudget: allSettledMs !== undefined && withoutHost.length === 0 &&
      allSettledMs <= limits.allSettledMsMax,
    fingerprint: stableKey(["plan", turnKey, facts]),
  };
}

function withoutDuplicates(candidates: readonly TurnCandidate[]): {
  readonly unique: readonly TurnCandidate[];
  readonly duplicates: readonly string[];
} {
  const seen = new Set<string>();
  const unique: TurnCandidate[] = [];
  const duplicates: string[] = [];
  for (const candidate of candidates) {
    if (seen.has(candidate.persona)) duplicates.push(candidate.persona);
    else unique.push(candidate);
    seen.add(candidate.persona);
  }
  return { unique, duplicates };
}

function inOrder(
  request: TurnRequest,
  candidates: readonly TurnCandidate[],
): readonly TurnCandidate[] {
  const first = candidates.filter((one) => request.addressed.includes(one.persona));
  const others = candidates.filter((one) => !request.addressed.includes(one.persona));
  const by = others.length === 0 ? 0 : Math.abs(request.turn) % others.length;
  return [...first, ...others.slice(by), ...others.slice(0, by)]; // TP2
}

interface Slot {
  freeAtMs: number;
  count: number;
}

/** List scheduling: in order, each on the slot of its lane that is free first (Graham 1969). */
function schedule(candidates: readonly TurnCandidate[]): readonly PersonaPlan[] {
  const lanes = new Map<string, Slot[]>();
  return candidates.map((candidate, order) => {
    const laneKey = `${candidate.device ?? ""}/${candidate.modelId}`;
    const slots = lanes.get(laneKey) ?? newSlots(candidate.slots);
    lanes.set(laneKey, slots);
    let best = 0;
    slots.forEach((slot, index) => {
      if (slot.freeAtMs < (slots[best]?.freeAtMs ?? 0)) best = index;
    });
    const slot = slots[best];
    assert(slot !== undefined, "Cannot schedule: a lane has at least one slot");
    const startMs = slot.freeAtMs;
    const firstTextMs = startMs + prefillMs(candidate);
    const finishMs = firstTextMs + decodeMs(candidate);
    const wave = slot.count;
    slot.freeAtMs = finishMs; // TP3
    slot.count += 1;
    return {
      persona: candidate.persona,
      name: candidate.name,
      modelId: candidate.modelId,
      device: candidate.device ?? "",
      order,
      wave,
      lane: `${laneKey}/${best}`,
      startMs,
      firstTextMs,
      finishMs,
    };
  });
}

function newSlots(count: number): Slot[] {
  return Array.from({ length: Math.max(1, count) }, () => ({ freeAtMs: 0, count: 0 }));
}

function prefillMs(candidate: TurnCandidate): number {
  const tokens = candidate.promptTokens || limits.promptTokensDefault;
  return duration(tokens, candidate.prefillMilliTokensPerS || limits.prefillMilliTokensPerSDefault);
}

function decodeMs(candidate: TurnCandidate): number {
  const tokens = candidate.replyTokens || limits.replyTokensDefault;
  return duration(tokens, candidate.decodeMilliTokensPerS || limits.decodeMilliTokensPerSDefault);
}

function duration(tokens: number, milliTokensPerS: number): number {
  return Math.ceil((tokens * 1_000_000) / milliTokensPerS);
}
