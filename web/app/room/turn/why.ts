/** The reasons of a turn in words, from what it froze and from its plan. */

import "../side-text.ts";
import { unreachable } from "#shared/base/mod.ts";
import type { PlanReason, TurnPlan } from "#shared/planning/mod.ts";
import type { RoomState, TurnState } from "#shared/room/mod.ts";
import { formatList, formatNumber, t } from "../../messages/translate.ts";
import { formatDuration } from "../../parts/format.ts";
import { personaName } from "../room-names.ts";
import { choiceBefore } from "./choice.ts";

/** Why this persona was asked. */
export function explainChoice(state: RoomState, turn: TurnState, persona: string): string {
  const name = personaName(state, persona);
  const because = turn.planInput.cast.find((one) => one.id === persona)?.because;
  switch (because) {
    case undefined:
      return t("why.not-recorded", { name });
    case "follow-up":
      break;
    case "voted":
    case "no-vote":
      return explainChoiceBefore(state, turn, persona);
    default:
      return t(`why.${because}`, { name });
  }
  const speakers = formatList(turn.planInput.speakers.map((id) => personaName(state, id)));
  return t("why.follow-up", { name, speakers, round: turn.depth });
}

/** Whose choice it was; where nobody chose, whoever had waited the longest was asked. */
function explainChoiceBefore(state: RoomState, turn: TurnState, persona: string): string {
  const name = personaName(state, persona);
  const settled = choiceBefore(state, turn)?.entries[0]?.settled;
  if (settled === undefined) return t("why.no-vote", { name });
  const director = personaName(state, settled.persona);
  const isChosen = settled.outcome.kind === "voted" && settled.outcome.speaker === persona;
  if (!isChosen) return t("why.vote-failed", { name, director });
  return settled.persona === persona
    ? t("why.voted-self", { name })
    : t("why.voted", { name, director });
}

/** What led to this turn beside the message: a choice, or the steps of a debate before it. */
export function explainOpening(state: RoomState, turn: TurnState): string | undefined {
  if (turn.planInput.cast.some(({ because }) => because === "debate-step")) {
    return t("turn.debate-step", { step: formatNumber(turn.depth + 1) });
  }
  const choice = choiceBefore(state, turn);
  const settled = choice?.entries[0]?.settled;
  if (choice === undefined || settled === undefined) return undefined;
  const name = personaName(state, settled.persona);
  const [first] = turn.planInput.cast;
  if (first?.because === "no-vote") return t("turn.choice-before-failed", { name });
  // Who became overdue meanwhile speaks by rule, whomever the choice named.
  if (first?.because !== "voted") return undefined;
  const chosen = first.id;
  const time = formatDuration(settled.settledAt - choice.openedAt);
  return chosen === settled.persona
    ? t("turn.choice-before-self", { name, time })
    : t("turn.choice-before", { name, speaker: personaName(state, chosen), time });
}

/** Why the others were not, one line a reason, in the order in which the cast has the reasons. */
export function explainLeftOut(state: RoomState, turn: TurnState): readonly string[] {
  const { leftOut = [], recipe } = turn.planInput;
  const reasons = [...new Set(leftOut.map(({ because }) => because))];
  return reasons.map((because) => {
    const names = formatList(
      leftOut.filter((one) => one.because === because).map(({ id }) => personaName(state, id)),
    );
    const isDrawn = because === "not-her-turn" && recipe.kind === "pooled";
    return isDrawn ? t("why.not-drawn-later", { names }) : t(`why.not-${because}`, { names });
  });
}

/** What the plan had to reckon with, one line a reason; no place is told in a line of one. */
export function explainPlace(
  state: RoomState,
  plan: TurnPlan | undefined,
  persona: string,
): readonly string[] {
  const planned = plan?.personaPlans.find((one) => one.personaId === persona);
  const place = planned === undefined ? 0 : planned.generationOrder + 1;
  const isAlone = plan?.personaPlans.length === 1;
  return (planned?.reasons ?? [])
    .filter(({ kind }) => !isAlone || (kind !== "addressed" && kind !== "rotated"))
    .map((reason) => explainReason(state, reason, persona, place));
}

function explainReason(
  state: RoomState,
  reason: PlanReason,
  persona: string,
  place: number,
): string {
  switch (reason.kind) {
    case "addressed":
      return t("why.plan-addressed", { name: personaName(state, persona) });
    case "rotated":
      return t("why.plan-rotated", { place: formatNumber(place) });
    case "waits-for":
      return t("why.plan-waits-for", { other: personaName(state, reason.personaId) });
    case "lane-busy":
      return t("why.plan-lane-busy", { time: formatDuration(reason.busyMs) });
    case "provider-cap":
      return t("why.plan-provider-cap", {
        provider: reason.provider,
        count: formatNumber(reason.callsMax),
      });
    case "model-loads":
      return t("why.plan-model-loads");
    case "speed-assumed":
      return t("why.plan-speed-assumed");
    case "sources-exceed-window":
      return t("why.plan-sources-exceed-window");
    default:
      return unreachable(reason);
  }
}
