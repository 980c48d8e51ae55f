/**
 * Puts a turn's generations on the slots of their lanes.
 *
 * List scheduling (Graham 1966): in order, each on the slot of its lane that is free first, which
 * ends at most (2 - 1/slots) times later than the best order would. Slots are opened when they are
 * needed, so that work and memory are n log n whatever number of slots a host announces.
 *
 * Rules (shared/SPEC.md, section TP):
 *   TP3   A lane never holds more running generations than its slots; each takes the slot that is
 *         free first.
 *   TP9   Calls of one device to one cloud provider never exceed the provider's cap.
 *   TP13  What lanes owe earlier turns runs first; a model that has not run on its lane yet is
 *         loaded before its first generation.
 *   TP14  On one lane starts never go back in generation order.
 */

import { createHeap, type Heap } from "../../base/heap.ts";
import { planningLimits as limits } from "../limits.ts";
import { providerFacts } from "./providers.ts";
import type { PlanReason } from "./turn-plan.ts";
import type { LaneFacts, PersonaCandidate, ProviderDeclaration } from "./turn-request.ts";

/** A persona that somebody hosts. */
export type HostedCandidate = PersonaCandidate & { readonly device: string };

/** One generation on its slot. */
export interface Placement {
  readonly laneKey: string;
  readonly slot: number;
  /** Place in line in its slot among this turn's generations. */
  readonly wave: number;
  readonly isLocal: boolean;
  readonly startMs: number;
  readonly firstTextMs: number;
  readonly finishMs: number;
  readonly reasons: readonly PlanReason[];
}

interface Slot {
  readonly index: number;
  freeAtMs: number;
  /** Generations of this turn on it. */
  count: number;
  lastPersonaId: string | undefined;
}

interface Lane {
  readonly key: string;
  readonly isLocal: boolean;
  readonly provider: string;
  readonly slotsMax: number;
  /** When its model is loaded. */
  readonly readyMs: number;
  /** The slots that had work, by when they are free. */
  readonly opened: Heap<Slot>;
}

/** One placement for each of `ordered`, in that order. */
export function schedule(
  ordered: readonly HostedCandidate[],
  ahead: readonly LaneFacts[],
  providers: readonly ProviderDeclaration[],
): readonly Placement[] {
  const providersById = new Map(providers.map((one) => [one.providerId, one]));
  const lanes = new Map<string, Lane>();
  const laneOf = (facts: LaneFacts): Lane => {
    const { kind, callsMax } = providerFacts(providersById, facts.provider);
    const isLocal = kind === "local";
    const key = `${facts.device ?? ""}/${isLocal ? facts.model : facts.provider}`;
    const lane = lanes.get(key) ?? {
      key,
      isLocal,
      provider: facts.provider,
      slotsMax: isLocal ? facts.slots : callsMax, // TP9
      readyMs: isLocal && facts.isCold ? limits.loadMsDefault : 0,
      opened: createHeap<Slot>((a, b) => a.freeAtMs - b.freeAtMs || a.index - b.index),
    };
    lanes.set(key, lane);
    return lane;
  };
  for (const facts of ahead) { // TP13
    const lane = laneOf(facts);
    const slot = takeSlot(lane);
    slot.freeAtMs += prefillMs(facts) + decodeMs(facts, limits.tokensMax);
    lane.opened.push(slot);
  }
  return ordered.map((candidate) => place(candidate, laneOf(candidate)));
}

function place(candidate: HostedCandidate, lane: Lane): Placement {
  const slot = takeSlot(lane);
  const startMs = slot.freeAtMs;
  const firstTextMs = startMs + prefillMs(candidate);
  const finishMs = firstTextMs + decodeMs(candidate, candidate.maxOutputTokens);
  const placement = {
    laneKey: lane.key,
    slot: slot.index,
    wave: slot.count,
    isLocal: lane.isLocal,
    startMs,
    firstTextMs,
    finishMs,
    reasons: reasonsOf(candidate, lane, slot),
  };
  slot.freeAtMs = finishMs; // TP3
  slot.count += 1;
  slot.lastPersonaId = candidate.personaId;
  lane.opened.push(slot);
  return placement;
}

/** Takes the slot that is free first out of the lane; a fresh one is free once it is ready. */
function takeSlot(lane: Lane): Slot {
  const first = lane.opened.peek();
  const isFreshBetter = first === undefined ||
    (first.freeAtMs > lane.readyMs && lane.opened.size < lane.slotsMax);
  const taken = isFreshBetter ? undefined : lane.opened.pop();
  return taken ??
    { index: lane.opened.size, freeAtMs: lane.readyMs, count: 0, lastPersonaId: undefined };
}

function reasonsOf(candidate: HostedCandidate, lane: Lane, slot: Slot): readonly PlanReason[] {
  const reasons: PlanReason[] = [];
  const busyMs = slot.freeAtMs - lane.readyMs;
  if (slot.lastPersonaId !== undefined) {
    reasons.push({ kind: "waits-for", personaId: slot.lastPersonaId });
  } else if (busyMs > 0) {
    reasons.push({ kind: "lane-busy", busyMs });
  } else if (lane.readyMs > 0) {
    reasons.push({ kind: "model-loads", loadMs: lane.readyMs });
  }
  if (!lane.isLocal && slot.lastPersonaId !== undefined) {
    reasons.push({ kind: "provider-cap", provider: lane.provider, callsMax: lane.slotsMax });
  }
  if (candidate.decodeMilliTokensPerS === 0) reasons.push({ kind: "speed-assumed" });
  return reasons;
}

function prefillMs(facts: LaneFacts): number {
  const tokens = facts.promptTokens || limits.promptTokensDefault;
  return duration(tokens, facts.prefillMilliTokensPerS || limits.prefillMilliTokensPerSDefault);
}

function decodeMs(facts: LaneFacts, tokensMax: number): number {
  const tokens = Math.min(facts.replyTokens || limits.replyTokensDefault, tokensMax);
  return duration(tokens, facts.decodeMilliTokensPerS || limits.decodeMilliTokensPerSDefault);
}

/** At most 2^20 tokens at a thousandth of a token a second: 8,192 such sum to less than 2^53. */
function duration(tokens: number, milliTokensPerS: number): number {
  return Math.ceil((tokens * 1_000_000) / milliTokensPerS);
}
