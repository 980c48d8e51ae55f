/** Changes who answers in the open room; counts from the next turn. */

import "./recipe-text.ts";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { Modal } from "../parts/modal.tsx";
import { describeRule } from "../room/cast/room-rule.ts";
import { useRoom } from "../room/room-context.ts";
import { RecipePreview } from "./preview/recipe-preview.tsx";
import { RecipeChoice } from "./recipe-choice.tsx";

export function RecipeDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const app = useApp();
  const { roomId, state } = useRoom();
  const [recipe, setRecipe] = useState(state.value.recipe);
  const [tried, setTried] = useState(false);
  const cast = [...state.value.personas.values()]
    .filter((persona) => !persona.removed)
    .map(({ id, card }) => ({ id, name: card.name }));
  const { trouble } = describeRule({ ...state.value, recipe });
  const isDecided = recipe.kind !== "director" || cast.some(({ id }) => id === recipe.director);
  const save = async (): Promise<void> => {
    setTried(true);
    if (!isDecided) return;
    const done = await app.act({ kind: "set-recipe", roomId, recipe });
    if (done !== undefined) onClose();
  };
  return (
    <Modal title={t("recipe.title")} kind="broad" onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div class="beside">
          <div class="stack">
            <RecipeChoice
              recipe={recipe}
              cast={cast}
              onChange={setRecipe}
              isTitled
              trouble={trouble}
              isMissing={tried && !isDecided}
            />
          </div>
          <RecipePreview recipe={recipe} />
        </div>
        <div class="modal-actions modal-actions-stay">
          <button type="button" class="button" onClick={onClose}>{t("do.cancel")}</button>
          <button type="submit" class="button button-key">{t("do.save")}</button>
        </div>
      </form>
    </Modal>
  );
}
