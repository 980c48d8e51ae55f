/** Makes, changes and removes a persona of the open room. */

import "../models/models-text.ts";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Card, ModelRequirement } from "#shared/protocol/mod.ts";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { lazyPart } from "../parts/lazy.tsx";
import { Confirm, Modal } from "../parts/modal.tsx";
import { deviceName } from "../room/room-names.ts";
import { useRoom } from "../room/room-context.ts";
import { removePersona } from "../room/talk/undo-deeds.ts";
import type { Handover } from "../app-handover.ts";
import { cleanName } from "../text/clean-name.ts";
import { ANY_MODEL } from "../start/ready-made.ts";
import { cardProblems, freshHue, trimCard } from "./card-draft.ts";
import { CardFields } from "./card-fields.tsx";
import type { ReadFile } from "./card-tools.tsx";
import { ModelField } from "./model-field.tsx";

const CardTools = lazyPart(
  async () => (await import("./card-tools.tsx")).CardTools,
  <div class="card-drop card-drop-wait" aria-hidden="true" />,
);

interface PersonaDialogProps {
  /** Undefined makes a new one. */
  readonly persona: string | undefined;
  /** A card file to begin with. */
  readonly handed?: Handover | undefined;
  readonly onClose: () => void;
}

export function PersonaDialog({ persona: id, handed, onClose }: PersonaDialogProps): JSX.Element {
  const app = useApp();
  const { roomId, state, ownDevice } = useRoom();
  const persona = id === undefined ? undefined : state.value.personas.get(id);
  const [card, setCard] = useState<Card>(() => persona?.card ?? emptyCard(state.value.personas));
  const [requirement, setRequirement] = useState<ModelRequirement>(
    () => persona?.requirement ?? ANY_MODEL,
  );
  /** What the card was imported from, kept once the persona is in the room. */
  const [from, setFrom] = useState<ReadFile | undefined>(undefined);
  /** What would be typed or saved meanwhile is not what the file brings. */
  const [reading, setReading] = useState(handed !== undefined);
  const [tried, setTried] = useState(false);
  const [saving, setSaving] = useState(false);
  const [removing, setRemoving] = useState(false);
  const name = cleanName(persona?.card.name ?? "");
  const mine = persona === undefined || persona.owner === ownDevice.value;
  const save = async (): Promise<void> => {
    setTried(true);
    if (Object.keys(cardProblems(card)).length > 0) return;
    setSaving(true);
    const done = await app.act({
      kind: "put-persona",
      roomId,
      card: trimCard(card),
      requirement,
      ...(id === undefined ? {} : { persona: id }),
    });
    setSaving(false);
    if (done === undefined) return;
    if (from !== undefined && from.file === handed?.file) handed.onTaken();
    if (done.kind === "persona-put" && from !== undefined) {
      const { keepCardFile } = await import("./keep-card-file.ts");
      if (!await keepCardFile(done.persona, from.bytes)) app.tell(t("persona.file-not-kept"));
    }
    onClose();
  };
  // A new persona often begins with a card; one that is there is opened for her fields.
  const tools = (
    <CardTools
      card={card}
      persona={id}
      readOnly={!mine}
      first={handed?.file}
      onReading={setReading}
      onChange={(next, read) => {
        setCard(next);
        if (read !== undefined) setFrom(read);
      }}
    />
  );
  if (removing && id !== undefined) {
    return <RemovePersona persona={id} name={name} onClose={onClose} />;
  }
  return (
    <Modal
      title={id === undefined ? t("persona.new") : t("persona.edit", { name })}
      kind="wide"
      onClose={onClose}
    >
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {!mine && (
          <p class="note">
            {t("persona.not-owner", { owner: deviceName(state.value, persona.owner), name })}
          </p>
        )}
        {id === undefined && tools}
        <CardFields card={card} onChange={setCard} tried={tried} readOnly={!mine || reading} />
        <ModelField requirement={requirement} onChange={setRequirement} readOnly={!mine} />
        {id !== undefined && tools}
        <Actions
          isNew={id === undefined}
          mine={mine}
          saving={saving}
          reading={reading}
          onRemove={() => setRemoving(true)}
          onClose={onClose}
        />
      </form>
    </Modal>
  );
}

function Actions({ isNew, mine, saving, reading, onRemove, onClose }: {
  readonly isNew: boolean;
  readonly mine: boolean;
  readonly saving: boolean;
  readonly reading: boolean;
  readonly onRemove: () => void;
  readonly onClose: () => void;
}): JSX.Element {
  return (
    <div class="modal-actions modal-actions-stay">
      {!isNew && mine && (
        <button type="button" class="button button-quiet-danger" onClick={onRemove}>
          {t("persona.remove")}
        </button>
      )}
      <span class="grow" />
      <button type="button" class="button" onClick={onClose}>{t("do.cancel")}</button>
      {mine && (
        <button type="submit" class="button button-key" disabled={saving || reading}>
          {saving ? t("do.saving") : isNew ? t("persona.add") : t("persona.save")}
        </button>
      )}
    </div>
  );
}

function RemovePersona({ persona, name, onClose }: {
  readonly persona: string;
  readonly name: string;
  readonly onClose: () => void;
}): JSX.Element {
  const app = useApp();
  const room = useRoom();
  return (
    <Confirm
      title={t("persona.remove-title", { name })}
      text={t("persona.remove-text", { name })}
      confirm={t("do.remove")}
      danger
      onConfirm={() => void removePersona(app, room, persona)}
      onClose={onClose}
    />
  );
}

function emptyCard(cast: ReadonlyMap<string, { readonly card: Card }>): Card {
  const hue = freshHue([...cast.values()].map((each) => each.card.hue));
  return { name: "", gist: "", description: "", greeting: "", hue };
}
