/** The room's recipe in a few words, and what keeps it from working as chosen. */

import "../../persona/recipe-text.ts";
import { unreachable } from "#shared/base/mod.ts";
import type { RoomState } from "#shared/room/mod.ts";
import { t } from "../../messages/translate.ts";
import { personaName } from "../room-names.ts";
import { type Director, directorOf } from "../turn/choice.ts";

export interface RoomRule {
  readonly text: string;
  /** Undefined while all is well. */
  readonly trouble: string | undefined;
}

export function describeRule(state: RoomState): RoomRule {
  const director = directorOf(state);
  if (director === undefined) return { text: t(`recipe.${state.recipe.kind}`), trouble: undefined };
  const isNamed = director.kind === "here" || director.kind === "away";
  const text = isNamed
    ? t("recipe.director-named", { name: personaName(state, director.persona) })
    : t("recipe.director-nobody");
  return { text, trouble: describeTrouble(state, director) };
}

function describeTrouble(state: RoomState, director: Director): string | undefined {
  switch (director.kind) {
    case "here":
      return undefined;
    case "gone":
      return t("recipe.director-gone", { name: personaName(state, director.persona) });
    case "away":
      return t("recipe.director-away", { name: personaName(state, director.persona) });
    case "unnamed":
      return t("recipe.director-unnamed");
    default:
      return unreachable(director);
  }
}
