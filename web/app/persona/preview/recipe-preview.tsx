/** Under the choice of a recipe: what it does with the next message, in plain words. */

import "../recipe-text.ts";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Recipe } from "#shared/protocol/mod.ts";
import { t } from "../../messages/translate.ts";
import { useRoom } from "../../room/room-context.ts";
import { describeRecipe } from "./preview-words.ts";

export function RecipePreview({ recipe }: { readonly recipe: Recipe }): JSX.Element {
  const { state, ownDevice } = useRoom();
  const room = state.value;
  const device = ownDevice.value;
  const lines = useMemo(() => describeRecipe(room, recipe, device), [room, recipe, device]);
  return (
    <section class="recipe-preview" aria-label={t("preview.title")}>
      <h3>{t("preview.title")}</h3>
      <div role="status">
        <ol>{lines.map((line) => <li key={line}>{line}</li>)}</ol>
      </div>
    </section>
  );
}
