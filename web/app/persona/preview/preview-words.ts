/** What a recipe does with the next message, in sentences. Rule RM70: rehearse-recipe.ts. */

import "../recipe-text.ts";
import type { Recipe } from "#shared/protocol/mod.ts";
import type { RoomState } from "#shared/room/mod.ts";
import { formatList, formatNumber, plural, t } from "../../messages/translate.ts";
import { personaName } from "../../room/room-names.ts";
import { type RehearsedTurn, rehearseRecipe } from "./rehearse-recipe.ts";

/** One sentence a line, in the order in which it happens. */
export function describeRecipe(
  state: RoomState,
  recipe: Recipe,
  device: string,
  /** False where it is not known yet how many this device serves at once. */
  saysPace = true,
): readonly string[] {
  const cast = [...state.personas.values()].filter(({ removed }) => !removed);
  const namesOf = (ids: readonly string[]): string =>
    formatList(ids.map((id) => personaName(state, id)));
  const turns = rehearseRecipe(state, recipe, device);
  const [first] = turns;
  if (cast.length === 0) return [t("preview.empty")];
  if (first === undefined || first.personas.length === 0) return [t("preview.nobody")];
  const asked = new Set(
    turns.flatMap(({ personas, candidates = [] }) => [...personas, ...candidates]),
  );
  const hostless = cast.filter(({ id, assignment }) => assignment === undefined && !asked.has(id));
  const canChoose = first.personas.length > 0 && cast.length - hostless.length > 1;
  return [
    ...describeFirst(saysPace ? first : { ...first, atOnce: 0 }, turns, namesOf),
    ...describeReactions(first, turns, namesOf),
    ...canChoose ? [describeNamed(state, recipe, device)] : [],
    ...hostless.length === 0
      ? []
      : [plural("preview.hostless", hostless.length, { names: namesOf(idsOf(hostless)) })],
  ];
}

const idsOf = (those: readonly { readonly id: string }[]): readonly string[] =>
  those.map(({ id }) => id);

type NamesOf = (ids: readonly string[]) => string;

function describeFirst(
  first: RehearsedTurn,
  turns: readonly RehearsedTurn[],
  namesOf: NamesOf,
): readonly string[] {
  const { personas, candidates, because } = first;
  const names = namesOf(personas);
  const count = personas.length;
  if (candidates !== undefined) {
    return [t("preview.vote", { director: names, names: namesOf(candidates) })];
  }
  switch (because) {
    case "first-of-cast":
      return [t("preview.first-of-cast", { name: names })];
    case "longest-waiting":
      return [plural("preview.longest", count, { names }), ...describePace(first)];
    case "drawn":
      return [plural("preview.drawn", count, { names }), ...describePace(first)];
    case "only-one":
    case "overdue":
    case "no-vote":
      return [t(`preview.${because}`, { name: names })];
    case "debate-step": {
      const order = [...new Set(turns.flatMap((turn) => turn.personas))];
      const steps = turns.length;
      if (order.length === 1) return [plural("preview.everybody", 1, { names })];
      return [t("preview.debate", { names: namesOf(order), count: formatNumber(steps) })];
    }
    default:
      return [
        plural("preview.everybody", count, { names }),
        ...describePace(first),
        plural("preview.may-be-silent", count),
      ];
  }
}

/** Whether they think at the same time; of one nothing is said, nor where it is unknown (0). */
function describePace({ personas, atOnce }: RehearsedTurn): readonly string[] {
  if (personas.length < 2 || atOnce === 0) return [];
  if (atOnce >= personas.length) return [t("preview.at-once")];
  return [
    atOnce < 2
      ? t("preview.one-by-one")
      : t("preview.some-at-once", { count: formatNumber(atOnce) }),
  ];
}

function describeReactions(
  first: RehearsedTurn,
  turns: readonly RehearsedTurn[],
  namesOf: NamesOf,
): readonly string[] {
  if (first.because === "debate-step") return [t("preview.your-turn")];
  // A choice and what was chosen are one round.
  const rounds = turns.filter(({ isReaction, because }) => isReaction && !isCarriedOut(because));
  const [next] = rounds;
  if (next === undefined) return [t("preview.your-turn")];
  const count = rounds.length;
  if (next.candidates !== undefined) {
    return [plural("preview.react-vote", count, { director: namesOf(next.personas) })];
  }
  // Who reacts depends on whom the first choice falls on.
  if (first.candidates !== undefined) return [plural("preview.react-others", count)];
  const again = [...new Set(rounds.flatMap(({ personas }) => personas))];
  return [plural("preview.react", count, { names: namesOf(again) })];
}

const isCarriedOut = (because: RehearsedTurn["because"]): boolean => because === "voted";

/** By asking what naming one persona, or two in a debate, would do. */
function describeNamed(state: RoomState, recipe: Recipe, device: string): string {
  const cast = [...state.personas.values()].filter(({ removed }) => !removed);
  const isDebate = recipe.kind === "debate";
  const named = idsOf(cast).slice(isDebate ? -2 : -1);
  const turns = rehearseRecipe(state, recipe, device, named);
  if (isDebate) return t("preview.named-debate");
  const isAlone = turns[0]?.personas.every((id) => named.includes(id)) ?? false;
  return isAlone ? t("preview.named-alone") : t("preview.named-first");
}
