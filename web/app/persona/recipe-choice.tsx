/** Who answers, in plain language. */

import "./recipe-text.ts";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { type Recipe, recipeKinds } from "#shared/protocol/mod.ts";
import { formatNumber, t } from "../messages/translate.ts";
import { Icon } from "../parts/icon.tsx";

const FOLLOW_UPS = [0, 1, 2] as const;
const SEATS = [1, 2, 3] as const;
const ROUNDS = [1, 2, 3] as const;

/** Someone who could decide who speaks. */
export interface CastName {
  readonly id: string;
  readonly name: string;
}

interface RecipeChoiceProps {
  readonly recipe: Recipe;
  /** Empty while the room has no personas yet: nobody can be made to decide. */
  readonly cast: readonly CastName[];
  readonly onChange: (recipe: Recipe) => void;
  /** Under a heading that says the same. */
  readonly isTitled?: boolean;
  /** What keeps this recipe from working as chosen. */
  readonly trouble?: string | undefined;
  /** Nobody was chosen to decide, and that was tried. */
  readonly isMissing?: boolean;
}

export function RecipeChoice(props: RecipeChoiceProps): JSX.Element {
  const { recipe, cast, onChange, isTitled = false } = props;
  const id = useId();
  const chosen = useShownChoice(recipe.kind, isTitled);
  const kinds = recipeKinds.filter((kind) => kind !== "director" || cast.length > 0);
  const choose = (kind: Recipe["kind"]): void => {
    // Nobody directs yet, so the first of the cast is offered; who left is never replaced unasked.
    const director = recipe.director ?? cast[0]?.id;
    onChange(kind === "director" ? { ...recipe, kind, director } : { ...recipe, kind });
  };
  return (
    <>
      <fieldset class="choices">
        <legend class={isTitled ? "sr-only" : undefined}>{t("recipe.title")}</legend>
        {kinds.map((kind) => (
          <div key={kind} class="choice-box" ref={recipe.kind === kind ? chosen : null}>
            <label class="choice">
              <input
                type="radio"
                name={`${id}-kind`}
                checked={recipe.kind === kind}
                aria-labelledby={`${id}-${kind}`}
                aria-describedby={`${id}-${kind}-text`}
                onChange={() =>
                  choose(kind)}
              />
              <span>
                <b id={`${id}-${kind}`}>{t(`recipe.${kind}`)}</b>
                <small id={`${id}-${kind}-text`}>{t(`recipe.${kind}-text`)}</small>
              </span>
            </label>
            {recipe.kind === kind && <RecipeDetail {...props} />}
          </div>
        ))}
        {cast.length === 0 && <p class="hint">{t("recipe.director-later")}</p>}
      </fieldset>
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

/** Brings the chosen kind and what it needs into sight: of a form of its own also at first. */
function useShownChoice(kind: Recipe["kind"], isShownFirst: boolean) {
  const box = useRef<HTMLDivElement>(null);
  const isShown = useRef(isShownFirst);
  useEffect(() => {
    // Later than the effects around this one: the dialog opens in one of them.
    if (isShown.current) queueMicrotask(() => box.current?.scrollIntoView({ block: "nearest" }));
    isShown.current = true;
  }, [kind]);
  return box;
}

/** The one number or name that the chosen kind needs. */
function RecipeDetail(props: RecipeChoiceProps): JSX.Element | null {
  const { recipe, onChange } = props;
  switch (recipe.kind) {
    case "round-robin":
    case "pooled":
      return (
        <Segments
          legend={t("recipe.seats")}
          options={SEATS}
          value={recipe.speakersPerTurn ?? 1}
          wordOf={formatNumber}
          onChange={(speakersPerTurn) => onChange({ ...recipe, speakersPerTurn })}
        />
      );
    case "debate":
      return (
        <Segments
          legend={t("recipe.rounds")}
          options={ROUNDS}
          value={recipe.rounds ?? 2}
          wordOf={formatNumber}
          onChange={(rounds) => onChange({ ...recipe, rounds })}
        />
      );
    case "director":
      return <DirectorChoice {...props} />;
    default:
      return null;
  }
}

function DirectorChoice(props: RecipeChoiceProps): JSX.Element {
  const { recipe, cast, onChange, trouble, isMissing = false } = props;
  const id = useId();
  const isKnown = cast.some((one) => one.id === recipe.director);
  return (
    <div class="field">
      <label for={id}>{t("recipe.director-who")}</label>
      <span class="select">
        <select
          id={id}
          class="input"
          value={isKnown ? recipe.director : ""}
          aria-invalid={isMissing}
          aria-describedby={`${id}-hint`}
          onChange={(event) => onChange({ ...recipe, director: event.currentTarget.value })}
        >
          {!isKnown && <option value="" disabled>{t("recipe.director-pick")}</option>}
          {cast.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
        </select>
        <Icon name="open" size={16} />
      </span>
      <p class="hint" id={`${id}-hint`}>
        {isMissing
          ? <span class="bad" role="alert">{t("recipe.director-missing")}</span>
          : trouble !== undefined && <span class="warn">{trouble}</span>}
      </p>
    </div>
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
