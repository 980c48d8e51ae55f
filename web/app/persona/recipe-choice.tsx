/** Who answers, in plain language. */

import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { type Recipe, recipeKinds } from "#shared/protocol/mod.ts";
import { formatNumber, t } from "../messages/translate.ts";

const FOLLOW_UPS = [0, 1, 2] as const;
const SEATS = [1, 2, 3] as const;
const ROUNDS = [1, 2, 3] as const;

/** Someone who could decide who speaks. */
export interface CastName {
  readonly id: string;
  readonly name: string;
}

export function RecipeChoice({ recipe, cast, onChange }: {
  readonly recipe: Recipe;
  /** Empty while the room has no personas yet: nobody can be made to decide. */
  readonly cast: readonly CastName[];
  readonly onChange: (recipe: Recipe) => void;
}): JSX.Element {
  const id = useId();
  const kinds = recipeKinds.filter((kind) => kind !== "director" || cast.length > 0);
  const choose = (kind: Recipe["kind"]): void =>
    onChange(
      kind === "director" ? { ...recipe, kind, director: directorOf(recipe, cast) } : {
        ...recipe,
        kind,
      },
    );
  return (
    <>
      <fieldset class="choices">
        <legend>{t("recipe.title")}</legend>
        {kinds.map((kind) => (
          <label key={kind} class="choice">
            <input
              type="radio"
              name={`${id}-kind`}
              checked={recipe.kind === kind}
              onChange={() => choose(kind)}
            />
            <span>
              <b>{t(`recipe.${kind}`)}</b>
              <small>{t(`recipe.${kind}-text`)}</small>
            </span>
          </label>
        ))}
        {cast.length === 0 && <p class="hint">{t("recipe.director-later")}</p>}
      </fieldset>
      <RecipeDetail recipe={recipe} cast={cast} onChange={onChange} />
    </>
  );
}

/** The one number or name that the chosen kind needs, and the follow-ups. */
function RecipeDetail({ recipe, cast, onChange }: Parameters<typeof RecipeChoice>[0]): JSX.Element {
  const id = useId();
  const isCounted = recipe.kind === "round-robin" || recipe.kind === "pooled";
  return (
    <>
      {isCounted && (
        <Segments
          legend={t("recipe.seats")}
          options={SEATS}
          value={recipe.speakersPerTurn ?? 1}
          wordOf={formatNumber}
          onChange={(speakersPerTurn) => onChange({ ...recipe, speakersPerTurn })}
        />
      )}
      {recipe.kind === "debate" && (
        <Segments
          legend={t("recipe.rounds")}
          options={ROUNDS}
          value={recipe.rounds ?? 2}
          wordOf={formatNumber}
          onChange={(rounds) => onChange({ ...recipe, rounds })}
        />
      )}
      {recipe.kind === "director" && (
        <div class="field">
          <label for={id}>{t("recipe.director-who")}</label>
          <select
            id={id}
            class="input"
            value={directorOf(recipe, cast)}
            onChange={(event) => onChange({ ...recipe, director: event.currentTarget.value })}
          >
            {cast.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
          </select>
        </div>
      )}
      {recipe.kind !== "debate" && (
        <Segments
          legend={t("recipe.followups")}
          options={FOLLOW_UPS}
          value={recipe.followUpsMax}
          wordOf={(count) => t(`recipe.followups-${count}`)}
          onChange={(followUpsMax) => onChange({ ...recipe, followUpsMax })}
        >
          <p class="hint">{t("recipe.followups-hint")}</p>
        </Segments>
      )}
    </>
  );
}

function Segments<N extends number>({ legend, options, value, wordOf, onChange, children }: {
  readonly legend: string;
  readonly options: readonly N[];
  readonly value: number;
  readonly wordOf: (option: N) => string;
  readonly onChange: (option: N) => void;
  readonly children?: ComponentChildren;
}): JSX.Element {
  const id = useId();
  return (
    <fieldset class="choices">
      <legend>{legend}</legend>
      <div class="segmented">
        {options.map((option) => (
          <label key={option}>
            <input
              type="radio"
              name={id}
              checked={value === option}
              onChange={() => onChange(option)}
            />
            <span>{wordOf(option)}</span>
          </label>
        ))}
      </div>
      {children}
    </fieldset>
  );
}

/** Who decides; the first of the cast while nobody, or somebody who left, is named. */
function directorOf({ director }: Recipe, cast: readonly CastName[]): string {
  return cast.find((one) => one.id === director)?.id ?? cast[0]?.id ?? "";
}
