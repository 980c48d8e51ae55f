/** Beside the choice of a recipe: what it does with the next message, in plain words. */

import "../recipe-text.ts";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Recipe } from "#shared/protocol/mod.ts";
import type { NewPersona } from "../../../client/app-client.ts";
import { t } from "../../messages/translate.ts";
import { useRoom } from "../../room/room-context.ts";
import { DRAFT_DEVICE, draftRoom } from "./draft-room.ts";
import { describeRecipe } from "./preview-words.ts";

/** For the open room. */
export function RecipePreview({ recipe }: { readonly recipe: Recipe }): JSX.Element {
  const { state, ownDevice } = useRoom();
  const room = state.value;
  const device = ownDevice.value;
  const lines = useMemo(() => describeRecipe(room, recipe, device), [room, recipe, device]);
  return <Preview lines={lines} />;
}

/** For a room that is not made yet. */
export function DraftPreview({ recipe, personas }: {
  readonly recipe: Recipe;
  readonly personas: readonly NewPersona[];
}): JSX.Element {
  const lines = useMemo(
    () => describeRecipe(draftRoom(personas), recipe, DRAFT_DEVICE, false),
    [recipe, personas],
  );
  return <Preview lines={lines} />;
}

function Preview({ lines }: { readonly lines: readonly string[] }): JSX.Element {
  return (
    <section class="recipe-preview" aria-label={t("preview.title")}>
      <h3>{t("preview.title")}</h3>
      <div role="status">
        <ol>{lines.map((line) => <li key={line}>{line}</li>)}</ol>
      </div>
    </section>
  );
}
