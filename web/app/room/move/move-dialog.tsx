/** Moves the room without somebody: what that does, in plain words, before anything happens. */

import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { useApp } from "../../app-context.ts";
import type { AnyError } from "../../messages/describe-error.ts";
import { moving } from "../../messages/english/moving.ts";
import { addEnglish, formatList, t } from "../../messages/translate.ts";
import { ErrorNote } from "../../parts/error-note.tsx";
import { Icon, type IconName } from "../../parts/icon.tsx";
import { Modal } from "../../parts/modal.tsx";
import { deviceName } from "../room-names.ts";
import { useRoom } from "../room-context.ts";

addEnglish(moving);

export function MoveDialog({ device, onClose }: {
  readonly device: string;
  readonly onClose: () => void;
}): JSX.Element {
  const app = useApp();
  const { roomId, state } = useRoom();
  const [name] = useState(deviceName(state.value, device));
  const [isMoving, setMoving] = useState(false);
  const [error, setError] = useState<AnyError | undefined>(undefined);
  const move = async (): Promise<void> => {
    setMoving(true);
    setError(undefined);
    const done = await app.client.send({ kind: "move-room", roomId, without: [device] });
    setMoving(false);
    if (!done.ok) return setError(done.error);
    if (done.value.kind === "room-moving") app.tell(t("move.waiting"));
    if (done.value.kind === "room-moved" && done.value.unreachable !== undefined) {
      app.tell(t("move.unreachable", { names: formatList(done.value.unreachable) }));
    }
    onClose(); // The room's screen goes to the new room, as everybody's does.
  };
  return (
    <Modal title={t("move.title", { name })} kind="wide" onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void move();
        }}
      >
        <ul class="plain-facts">
          <Fact icon="key" title={t("move.new")}>{t("move.new-text", { name })}</Fact>
          <Fact icon="check" title={t("move.follow")}>{t("move.follow-text")}</Fact>
          <Fact icon="lock" title={t("move.old")}>{t("move.old-text", { name })}</Fact>
        </ul>
        {isMoving && <p class="hint" role="status">{t("move.moving-text")}</p>}
        {error !== undefined && <ErrorNote error={error} doing={t("doing.move-room")} />}
        <div class="modal-actions">
          <button type="button" class="button" onClick={onClose}>{t("do.cancel")}</button>
          <button type="submit" class="button button-key" disabled={isMoving}>
            {isMoving ? t("move.moving") : t("move.confirm")}
          </button>
        </div>
      </form>
    </Modal>
  );
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
