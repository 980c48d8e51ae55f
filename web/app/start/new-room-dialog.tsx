/** A new room: its name, who is in it, who answers. */

import type { JSX } from "preact";
import { useId, useMemo, useState } from "preact/hooks";
import { protocolLimits, type Recipe } from "#shared/protocol/mod.ts";
import type { NewPersona } from "../../client/app-client.ts";
import { useApp } from "../app-context.ts";
import { newRoom } from "../messages/english/new-room.ts";
import { addEnglish, t } from "../messages/translate.ts";
import { Avatar, hueProps } from "../parts/avatar.tsx";
import { Modal } from "../parts/modal.tsx";
import { lazyPart } from "../parts/lazy.tsx";
import { RecipeChoice } from "../persona/recipe-choice.tsx";
import { goTo } from "../route.ts";
import { DEFAULT_RECIPE, READY_MADE } from "./ready-made.ts";

addEnglish(newRoom);

interface DraftPreviewProps {
  readonly recipe: Recipe;
  readonly personas: readonly NewPersona[];
}

/** Its planner comes a moment after the dialog, into a place that is kept for it. */
const DraftPreview = lazyPart<DraftPreviewProps>(
  async () => (await import("../persona/preview/recipe-preview.tsx")).DraftPreview,
  <div class="recipe-preview" aria-busy="true" />,
);

export function NewRoomDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const app = useApp();
  const [name, setName] = useState("");
  const [recipe, setRecipe] = useState(DEFAULT_RECIPE);
  const [invited, setInvited] = useState<ReadonlySet<number>>(new Set([0, 1]));
  const [tried, setTried] = useState(false);
  const [creating, setCreating] = useState(false);
  const id = useId();
  const personas = useMemo(() => READY_MADE.filter((_, at) => invited.has(at)), [invited]);
  const isMissing = tried && name.trim() === "";
  const create = async (): Promise<void> => {
    setTried(true);
    if (name.trim() === "") return;
    setCreating(true);
    const done = await app.act({ kind: "create-room", name: name.trim(), recipe, personas });
    setCreating(false);
    if (done?.kind !== "room-created") return;
    onClose();
    goTo({ kind: "room", roomId: done.roomId });
  };
  return (
    <Modal title={t("new-room.title")} kind="broad" onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <div class="beside beside-new">
          <div class="stack">
            <div class="field">
              <label for={id}>{t("new-room.name")}</label>
              <input
                id={id}
                class="input"
                type="text"
                dir="auto"
                autocomplete="off"
                maxLength={protocolLimits.nameCharsMax}
                value={name}
                aria-invalid={isMissing}
                aria-describedby={`${id}-hint`}
                onInput={(event) => setName(event.currentTarget.value)}
              />
              <p class="hint" id={`${id}-hint`}>
                {isMissing
                  ? <span class="bad">{t("new-room.name-missing")}</span>
                  : t("new-room.name-hint")}
              </p>
            </div>
            <CastChoice invited={invited} onChange={setInvited} />
          </div>
          <div class="stack beside-tall">
            <RecipeChoice recipe={recipe} cast={[]} onChange={setRecipe} />
          </div>
          <DraftPreview recipe={recipe} personas={personas} />
        </div>
        <div class="modal-actions modal-actions-stay">
          <button type="button" class="button" onClick={onClose}>{t("do.cancel")}</button>
          <button type="submit" class="button button-key" disabled={creating}>
            {creating ? t("new-room.creating") : t("new-room.create")}
          </button>
        </div>
      </form>
    </Modal>
  );
}

function CastChoice({ invited, onChange }: {
  readonly invited: ReadonlySet<number>;
  readonly onChange: (invited: ReadonlySet<number>) => void;
}): JSX.Element {
  const toggle = (index: number): void => {
    const next = new Set(invited);
    if (!next.delete(index)) next.add(index);
    onChange(next);
  };
  return (
    <fieldset class="choices">
      <legend>{t("new-room.cast")}</legend>
      {READY_MADE.map(({ card }, index) => (
        <label key={card.name} class="choice choice-persona" {...hueProps(card.hue)}>
          <input
            type="checkbox"
            checked={invited.has(index)}
            onChange={() =>
              toggle(index)}
          />
          <Avatar name={card.name} hue={card.hue} />
          <span>
            <b>{card.name}</b>
            <small>{card.gist}</small>
          </span>
        </label>
      ))}
      <p class="hint">{t("new-room.cast-hint")}</p>
    </fieldset>
  );
}
