/** Who answers, in plain language. */

import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { Recipe } from "#shared/protocol/mod.ts";
import { t } from "../messages/translate.ts";

const KINDS = ["panel", "addressed"] as const;
const ROUNDS = [0, 1, 2] as const;

export function RecipeChoice({ recipe, onChange }: {
  readonly recipe: Recipe;
  readonly onChange: (recipe: Recipe) => void;
}): JSX.Element {
  const id = useId();
  return (
    <>
      <fieldset class="choices">
        <legend>{t("recipe.title")}</legend>
        {KINDS.map((kind) => (
          <label key={kind} class="choice">
            <input
              type="radio"
              name={`${id}-kind`}
              checked={recipe.kind === kind}
              onChange={() => onChange({ ...recipe, kind })}
            />
            <span>
              <b>{t(`recipe.${kind}`)}</b>
              <small>{t(`recipe.${kind}-text`)}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <fieldset class="choices">
        <legend>{t("recipe.followups")}</legend>
        <div class="segmented">
          {ROUNDS.map((count) => (
            <label key={count}>
              <input
                type="radio"
                name={`${id}-rounds`}
                checked={recipe.followUpsMax === count}
                onChange={() => onChange({ ...recipe, followUpsMax: count })}
              />
              <span>{t(`recipe.followups-${count}`)}</span>
            </label>
          ))}
        </div>
        <p class="hint">{t("recipe.followups-hint")}</p>
      </fieldset>
    </>
  );
}
