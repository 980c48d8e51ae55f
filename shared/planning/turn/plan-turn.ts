/**
 * Turn planner: who speaks in which order, on which lane, and when that will be.
 *
 * Pure, synchronous, integers only: the same request gives the same plan and fingerprint on every
 * peer. It never chooses hosts (assignments do), never changes by chance, and starts nothing.
 * Estimates are of an average generation on the lane, not of the longest possible one.
 *
 * Rules (shared/SPEC.md, section TP):
 *   TP1  Equal requests give equal plans and equal fingerprints.
 *   TP2  Whom the message addresses goes first; the others follow in cast order from the place
 *        that `rotation` names, so that everyone is first in turn.
 *   TP4  Every candidate is planned once, or listed as a repetition, as without host or as refused.
 *   TP5  A verdict is false when nobody is planned; it counts the cloud's lanes, and whoever has
 *        no host or was refused did not answer in time. A budget itself is within the budget.
 *   TP7  A false verdict names its reason.
 */

import { canonicalJson } from "../../base/canonical-json.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { stableKey } from "../../base/stable-key.ts";
import { planningLimits as limits } from "../limits.ts";
import { findPersonaFault, findRequestFault } from "./check-request.ts";
import { type HostedCandidate, type Placement, schedule } from "./schedule.ts";
import { divideBudget } from "./source-budgets.ts";
import {
  personaContentKey,
  personaContextKey,
  personaRagKey,
  sourceCacheKey,
  sourceContentKey,
  turnKeyOf,
} from "./stable-keys.ts";
import type {
  PersonaTurnPlan,
  PlanReason,
  SharedRagSourcePlan,
  TurnPlan,
  VerdictReason,
} from "./turn-plan.ts";
import type { PersonaCandidate, TurnRefusal, TurnRequest } from "./turn-request.ts";

/** Plans one turn in n log n of its personas. Refuses a request whose shared part is malformed. */
export function planTurn(request: TurnRequest): Result<TurnPlan, TurnRefusal> {
  const fault = findRequestFault(request);
  if (fault !== undefined) return err(fault);
  const { trigger } = request;
  const turnKey = turnKeyOf(trigger);
  const sharedSources = planSources(request, turnKey);
  const sorted = sortOut(request.personas);
  const ordered = inOrder(request, sorted.hosted);
  const placements = schedule(
    ordered.map((one) => one.candidate),
    request.ahead,
    request.providers,
  );
  const personaPlans = ordered.flatMap((one, order) => {
    const placement = placements[order];
    return placement === undefined ? [] : [planPersona(request, one, placement, {
      turnKey,
      order,
      sourceNames: sharedSources.map((source) => source.sourceName),
    })];
  });
  const { withoutHostPersonaIds, refusedPersonas, skippedDuplicatePersonaIds } = sorted;
  const facts = {
    personaPlans,
    sharedSources,
    withoutHostPersonaIds,
    refusedPersonas,
    skippedDuplicatePersonaIds,
  };
  return ok({
    turnKey,
    roomId: trigger.roomId,
    messageId: trigger.messageId,
    queryText: trigger.text,
    ...facts,
    maxConcurrentLocalGenerations: countLocalSlots(placements),
    ...judge(request, personaPlans, sorted),
    fingerprint: fingerprintOf(turnKey, facts), // TP1
  });
}

type Facts = Pick<
  TurnPlan,
  | "personaPlans"
  | "sharedSources"
  | "withoutHostPersonaIds"
  | "refusedPersonas"
  | "skippedDuplicatePersonaIds"
>;

/** Of what hosts act on: who, where, when, and what may be read. The rest follows from the turn. */
function fingerprintOf(turnKey: string, facts: Facts): string {
  return stableKey([
    "plan",
    turnKey,
    ...facts.personaPlans.flatMap((one) => [
      one.personaId,
      one.model,
      one.lane,
      `${one.estimatedStartMs} ${one.estimatedFirstTextMs} ${one.estimatedFinishMs}`,
    ]),
    canonicalJson([
      facts.sharedSources.map((one) => [one.sourceName, one.budgetTokens]),
      facts.withoutHostPersonaIds,
      facts.refusedPersonas,
      facts.skippedDuplicatePersonaIds,
    ]),
  ]);
}

function planSources(request: TurnRequest, turnKey: string): readonly SharedRagSourcePlan[] {
  const shared = request.ragSources
    .filter((one) => one.sharedAcrossPersonas)
    .sort((a, b) => a.sourceName < b.sourceName ? -1 : 1);
  const budgets = divideBudget(shared, request.totalInputBudgetTokens);
  return shared.map(({ sourceName, contentHash }, index) => {
    const budgetTokens = budgets[index] ?? 0;
    return {
      sourceName,
      cacheKey: sourceCacheKey(turnKey, sourceName),
      contentKey: contentHash === undefined
        ? undefined
        : sourceContentKey({ sourceName, contentHash }, request.trigger.text, budgetTokens),
      budgetTokens,
    };
  });
}

interface Sorted {
  readonly hosted: readonly HostedCandidate[];
  readonly withoutHostPersonaIds: readonly string[];
  readonly refusedPersonas: TurnPlan["refusedPersonas"];
  readonly skippedDuplicatePersonaIds: readonly string[];
}

/** Each candidate into exactly one list (TP4). */
function sortOut(candidates: readonly PersonaCandidate[]): Sorted {
  const seen = new Set<string>();
  const hosted: HostedCandidate[] = [];
  const withoutHostPersonaIds: string[] = [];
  const refusedPersonas: { personaId: string; field: string }[] = [];
  const skippedDuplicatePersonaIds: string[] = [];
  for (const candidate of candidates) {
    const { personaId, device } = candidate;
    const field = findPersonaFault(candidate);
    if (seen.has(personaId)) {
      skippedDuplicatePersonaIds.push(personaId);
    } else if (field !== undefined) {
      refusedPersonas.push({ personaId: String(personaId), field });
    } else if (device === undefined) {
      withoutHostPersonaIds.push(personaId);
    } else {
      hosted.push({ ...candidate, device });
    }
    seen.add(personaId);
  }
  return { hosted, withoutHostPersonaIds, refusedPersonas, skippedDuplicatePersonaIds };
}

interface Ordered {
  readonly candidate: HostedCandidate;
  readonly reason: PlanReason;
}

function inOrder(request: TurnRequest, hosted: readonly HostedCandidate[]): readonly Ordered[] {
  const named = new Set(request.addressed);
  const first = hosted.filter((one) => named.has(one.personaId));
  const others = hosted.filter((one) => !named.has(one.personaId));
  const count = Math.max(1, others.length);
  const from = ((request.rotation % count) + count) % count; // TP2
  return [
    ...first.map((candidate) => ({ candidate, reason: { kind: "addressed" } as const })),
    ...[...others.slice(from), ...others.slice(0, from)]
      .map((candidate) => ({ candidate, reason: { kind: "rotated", from } as const })),
  ];
}

function planPersona(
  request: TurnRequest,
  { candidate, reason }: Ordered,
  placement: Placement,
  shared: { readonly turnKey: string; readonly order: number; readonly sourceNames: string[] },
): PersonaTurnPlan {
  const { personaId, displayName, specialty, model, provider, device } = candidate;
  const inputBudgetTokens = promptBudgetTokens(candidate);
  const isTight = shared.sourceNames.length > 0 &&
    request.totalInputBudgetTokens > inputBudgetTokens;
  return {
    personaId,
    displayName,
    specialty,
    model,
    provider,
    localModel: placement.isLocal,
    device,
    generationOrder: shared.order,
    generationWave: placement.wave,
    lane: `${placement.laneKey}/${placement.slot}`,
    personaContextKey: personaContextKey(shared.turnKey, candidate),
    personaContentKey: personaContentKey(candidate),
    ragCacheKey: personaRagKey(shared.turnKey, personaId, shared.sourceNames),
    inputBudgetTokens,
    maxOutputTokens: candidate.maxOutputTokens,
    estimatedStartMs: placement.startMs,
    estimatedFirstTextMs: placement.firstTextMs,
    estimatedFinishMs: placement.finishMs,
    sourceNames: shared.sourceNames,
    reasons: [
      reason,
      ...placement.reasons,
      ...isTight ? [{ kind: "sources-exceed-window", inputBudgetTokens } as const] : [],
    ],
  };
}

/** What a window leaves for a prompt; 0 when the reply alone fills it. */
export function promptBudgetTokens(
  { contextWindow, maxOutputTokens }: Pick<PersonaCandidate, "contextWindow" | "maxOutputTokens">,
): number {
  const reserve = Math.min(limits.promptReserveTokensMax, Math.floor(contextWindow / 8));
  return Math.max(0, contextWindow - maxOutputTokens - reserve);
}

function countLocalSlots(placements: readonly Placement[]): number {
  const local = placements.filter((one) => one.isLocal);
  return new Set(local.map((one) => `${one.laneKey}/${one.slot}`)).size;
}

type Verdict = Pick<
  TurnPlan,
  | "estimatedFirstResponseMs"
  | "estimatedAllResponsesMs"
  | "meetsFirstResponseBudget"
  | "meetsAllResponsesBudget"
  | "verdictReasons"
>;

function judge(request: TurnRequest, plans: readonly PersonaTurnPlan[], sorted: Sorted): Verdict {
  const first = plans.reduce<PersonaTurnPlan | undefined>(
    (best, one) => best && best.estimatedFinishMs <= one.estimatedFinishMs ? best : one,
    undefined,
  );
  const last = plans.reduce<PersonaTurnPlan | undefined>(
    (best, one) => best && best.estimatedFinishMs >= one.estimatedFinishMs ? best : one,
    undefined,
  );
  const firstLateMs = (first?.estimatedFinishMs ?? 0) -
    (request.firstResponseBudgetMs || limits.firstSettledMsMax);
  const allLateMs = (last?.estimatedFinishMs ?? 0) -
    (request.allResponsesBudgetMs || limits.allSettledMsMax);
  const verdictReasons: VerdictReason[] = []; // TP7
  if (first === undefined || last === undefined) {
    verdictReasons.push({ kind: "nobody-planned" });
  } else {
    const { personaId } = first;
    if (firstLateMs > 0) verdictReasons.push({ kind: "first-late", personaId, byMs: firstLateMs });
    if (allLateMs > 0) {
      verdictReasons.push({ kind: "all-late", personaId: last.personaId, byMs: allLateMs });
    }
  }
  const withoutHost = sorted.withoutHostPersonaIds;
  const refused = sorted.refusedPersonas.map((one) => one.personaId);
  if (withoutHost.length > 0) {
    verdictReasons.push({ kind: "without-host", personaIds: withoutHost });
  }
  if (refused.length > 0) verdictReasons.push({ kind: "refused", personaIds: refused });
  return {
    estimatedFirstResponseMs: first?.estimatedFinishMs,
    estimatedAllResponsesMs: last?.estimatedFinishMs,
    meetsFirstResponseBudget: first !== undefined && firstLateMs <= 0, // TP5
    meetsAllResponsesBudget: last !== undefined && allLateMs <= 0 && withoutHost.length === 0 &&
      refused.length === 0,
    verdictReasons,
  };
}
