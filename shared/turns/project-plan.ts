/**
 * Projects what a turn froze at its opening into the planner's request (architecture: turns
 * projects).
 */

import { assert } from "../base/assert.ts";
import { planningLimits as limits } from "../planning/limits.ts";
import { planTurn, promptBudgetTokens } from "../planning/turn/plan-turn.ts";
import { knownProviders } from "../planning/turn/providers.ts";
import type { TurnPlan } from "../planning/turn/turn-plan.ts";
import type {
  LaneFacts,
  PersonaCandidate,
  ProviderDeclaration,
  RagSourcePolicy,
} from "../planning/turn/turn-request.ts";
import type { PlanLane, RoomState, TurnState } from "../room/room-state.ts";

/** What personas read beside the talk. Every host has it, so that every peer plans it. */
export const turnSources: readonly RagSourcePolicy[] = Object.freeze([
  { sourceName: "recall", sharedAcrossPersonas: true, weight: 1, contentHash: undefined },
]);

/**
 * Of the smallest prompt of a turn the shared sources may take one part in so many: 51 tokens of
 * the starter's, some two short lines.
 */
const SOURCES_PART = 5;

const knownIds = new Set(knownProviders.map((one) => one.providerId));

/** The plan of a turn: the same on every peer, derived again whenever it is needed (D2). */
export function planOfTurn(turn: TurnState): TurnPlan {
  const { roomId, text, addressed, cast, ahead } = turn.planInput;
  const personas = cast.map((one): PersonaCandidate => ({
    ...laneFacts(one),
    personaId: one.id,
    displayName: one.name,
    specialty: one.specialty ?? "",
    contextWindow: one.contextTokens ?? limits.contextTokensDefault,
    maxOutputTokens: one.replyTokensMax ?? limits.outputTokensDefault,
  }));
  const plan = planTurn({
    trigger: {
      roomId,
      messageId: String(turn.turn),
      text,
      timestampMs: Math.max(0, Math.trunc(turn.openedAt)),
    },
    personas,
    addressed,
    rotation: turn.turn,
    ahead: (ahead ?? []).map(laneFacts),
    providers: providersOf([...cast, ...ahead ?? []]),
    ragSources: turnSources,
    totalInputBudgetTokens: sourceTokens(personas),
    firstResponseBudgetMs: undefined,
    allResponsesBudgetMs: undefined,
  });
  assert(plan.ok, `Cannot plan turn ${turn.turn}: ${plan.ok ? "" : JSON.stringify(plan.error)}`);
  return plan.value;
}

/** The plan of turn `number`, or undefined when the state does not know it. */
export function planOf(state: RoomState, number: number): TurnPlan | undefined {
  const turn = state.turns.get(number);
  return turn && planOfTurn(turn);
}

function laneFacts(lane: PlanLane): LaneFacts {
  const { device, modelId, slots, isCold } = lane;
  const { prefillMilliTokensPerS, decodeMilliTokensPerS, promptTokens, replyTokens } = lane;
  return {
    device,
    model: modelId,
    provider: providerIdOf(lane),
    slots,
    isCold: isCold ?? false,
    prefillMilliTokensPerS,
    decodeMilliTokensPerS,
    promptTokens,
    replyTokens,
  };
}

/** An engine that the core does not know is what its host declares; the known ones are known. */
function providerIdOf({ provider, locality }: PlanLane): string {
  const id = provider ?? "";
  return !knownIds.has(id) && locality === "local" ? `local:${id}` : id;
}

function providersOf(lanes: readonly PlanLane[]): readonly ProviderDeclaration[] {
  const declared = new Set(
    lanes.map(providerIdOf).filter((id) => id.startsWith("local:") && !knownIds.has(id)),
  );
  const own = [...declared].map((providerId) => ({
    providerId,
    kind: "local" as const,
    callsMax: undefined,
  }));
  return [...knownProviders, ...own];
}

function sourceTokens(personas: readonly PersonaCandidate[]): number {
  const budgets = personas.filter((one) => one.device !== undefined).map(promptBudgetTokens);
  const least = budgets.reduce((min, one) => Math.min(min, one), limits.windowTokensMax);
  return budgets.length === 0 ? 0 : Math.floor(least / SOURCES_PART);
}
