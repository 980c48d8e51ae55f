/** The reasons of a turn in words, from what it froze and from its plan. */

import { unreachable } from "#shared/base/mod.ts";
import type { PlanReason, TurnPlan } from "#shared/planning/mod.ts";
import type { RoomState, TurnState } from "#shared/room/mod.ts";
import { formatList, formatNumber, t } from "../../messages/translate.ts";
import { formatDuration } from "../../parts/format.ts";
import { personaName } from "../room-names.ts";

/** Why this persona was asked. */
export function explainChoice(state: RoomState, turn: TurnState, persona: string): string {
  const name = personaName(state, persona);
  const because = turn.planInput.cast.find((one) => one.id === persona)?.because;
  if (because === undefined) return t("why.not-recorded", { name });
  if (because !== "follow-up") return t(`why.${because}`, { name });
  const speakers = formatList(turn.planInput.speakers.map((id) => personaName(state, id)));
  return t("why.follow-up", { name, speakers, round: turn.depth });
}

/** Why each of the others was not, one line each, in cast order. */
export function explainLeftOut(state: RoomState, turn: TurnState): readonly string[] {
  return (turn.planInput.leftOut ?? [])
    .map(({ id, because }) => t(`why.not-${because}`, { name: personaName(state, id) }));
}

/** Why she stood where she stood in line, one line for each reason. */
export function explainPlace(
  state: RoomState,
  plan: TurnPlan | undefined,
  persona: string,
): readonly string[] {
  const planned = plan?.personaPlans.find((one) => one.personaId === persona);
  const place = planned === undefined ? 0 : planned.generationOrder + 1;
  return (planned?.reasons ?? []).map((reason) => explainReason(state, reason, persona, place));
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
