/** Inviting people: shares a room of this device, or hands out the link of a shared one. */

import "./invite-text.ts";
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { givenName } from "../../client/device-name.ts";
import { useApp } from "../app-context.ts";
import type { AnyError } from "../messages/describe-error.ts";
import { t } from "../messages/translate.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { Icon, type IconName } from "../parts/icon.tsx";
import { Modal } from "../parts/modal.tsx";
import { NameField } from "../parts/name-field.tsx";
import { replaceWith } from "../route.ts";
import { useRoom } from "../room/room-context.ts";
import { InviteLink } from "./invite-link.tsx";
import { chosenRelayHost, keepRelayChoice, readRelayChoice } from "./relay-choice.ts";
import { RelayField } from "./relay-field.tsx";

export function InviteDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const { view } = useRoom();
  const { shared } = view.value;
  return (
    <Modal title={t("invite.title")} kind="wide" onClose={onClose}>
      {shared === undefined
        ? <ShareRoom onClose={onClose} />
        : <InviteLink access={shared.access} />}
    </Modal>
  );
}

/** What sharing does, in plain words, before anything leaves this device. */
function ShareRoom({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const app = useApp();
  const { roomId } = useRoom();
  const [isSharing, setSharing] = useState(false);
  const [error, setError] = useState<AnyError | undefined>(undefined);
  const [known] = useState(givenName(app.part.device.value.name));
  const [name, setName] = useState(known);
  const [relay, setRelay] = useState(readRelayChoice);
  const [tries, setTries] = useState(0);
  const tried = tries > 0;
  const relayHost = chosenRelayHost(relay, location.href);
  const share = async (): Promise<void> => {
    setTries((count) => count + 1);
    if (name.trim() === "" || relayHost === undefined) return;
    setSharing(true);
    setError(undefined);
    const done = await nameAndShare(app, {
      name: name.trim(),
      roomId,
      relayUrl: relay.trim() || undefined,
    });
    setSharing(false);
    if (!done.ok) return setError(done.error);
    if (done.value.kind !== "room-shared") return;
    keepRelayChoice(relay);
    app.inviting.value = done.value.roomId;
    onClose();
    replaceWith({ kind: "room", roomId: done.value.roomId });
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void share();
      }}
    >
      <p>{t("invite.local")}</p>
      <ul class="plain-facts">
        <Fact icon="lock" title={t("invite.copy")}>
          {t("invite.copy-text", { relay: relayHost ?? location.host })}
        </Fact>
        <Fact icon="eye" title={t("invite.sees")}>{t("invite.sees-text")}</Fact>
        <Fact icon="key" title={t("invite.holder")}>{t("invite.holder-text")}</Fact>
      </ul>
      {known === "" && (
        <NameField name={name} onName={setName} isMissing={tried && name.trim() === ""} />
      )}
      <RelayField
        relay={relay}
        onRelay={setRelay}
        isWrong={tried && relayHost === undefined}
        tries={tries}
      />
      {error !== undefined && <ErrorNote error={error} doing={t("doing.share-room")} />}
      <div class="modal-actions">
        <button type="button" class="button" onClick={onClose}>{t("do.cancel")}</button>
        <button type="submit" class="button button-key" disabled={isSharing}>
          {isSharing ? t("invite.sharing") : t("invite.share")}
        </button>
      </div>
    </form>
  );
}

/** The name goes first: the room's beginning tells it to everybody who joins. */
async function nameAndShare(
  app: ReturnType<typeof useApp>,
  { name, roomId, relayUrl }: {
    readonly name: string;
    readonly roomId: string;
    readonly relayUrl: string | undefined;
  },
): ReturnType<typeof app.client.send> {
  if (name !== app.part.device.value.name) {
    const named = await app.client.send({ kind: "set-name", name });
    if (!named.ok) return named;
  }
  return await app.client.send({ kind: "share-room", roomId, relayUrl });
}

function Fact({ icon, title, children }: {
  readonly icon: IconName;
  readonly title: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <li>
      <Icon name={icon} size={20} />
      <b>{title}</b>
      <span>{children}</span>
    </li>
  );
}
