/** Why a persona answered, in words, from the turn's frozen facts (recipe, addressed, speakers). */

import type { RoomState, TurnState } from "#shared/room/mod.ts";
import { formatList, t } from "../../messages/translate.ts";
import { personaName } from "../room-names.ts";

export function explainTurn(state: RoomState, turn: TurnState, persona: string): string {
  const name = personaName(state, persona);
  const { addressed, speakers, recipe } = turn.planInput;
  if (!turn.human) {
    const names = formatList(speakers.map((id) => personaName(state, id)));
    return t("why.followup", { name, speakers: names, round: turn.depth });
  }
  if (addressed.includes(persona)) {
    return recipe.kind === "panel"
      ? t("why.addressed-panel", { name })
      : t("why.addressed", { name });
  }
  return recipe.kind === "panel" ? t("why.panel", { name }) : t("why.first", { name });
}
