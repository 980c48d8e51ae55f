/** A new room from here: says what it will have, and asks for its name. */

import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { protocolLimits } from "#shared/protocol/mod.ts";
import { useApp } from "../../app-context.ts";
import { plural, t } from "../../messages/translate.ts";
import { Modal } from "../../parts/modal.tsx";
import "../../room-file/room-file-words.ts";
import { goTo } from "../../route.ts";
import { cleanName } from "../../text/clean-name.ts";
import { useRoom } from "../room-context.ts";

export function BranchDialog({ seq, onClose }: {
  readonly seq: number;
  readonly onClose: () => void;
}): JSX.Element {
  const app = useApp();
  const { roomId, state, view } = useRoom();
  const charsMax = protocolLimits.nameCharsMax;
  const [name, setName] = useState(() =>
    t("branch.default", { name: cleanName(state.value.name) }).slice(0, charsMax)
  );
  const [isMaking, setMaking] = useState(false);
  const id = useId();
  const { messages, earlier } = state.value;
  const upTo = messages.filter((message) => message.seq <= seq);
  const branch = async (): Promise<void> => {
    setMaking(true);
    const done = await app.act({ kind: "branch-room", roomId, seq, name: name.trim() });
    setMaking(false);
    if (done?.kind !== "room-created") return;
    onClose();
    goTo({ kind: "room", roomId: done.roomId });
    const left = done.messagesLeftOut ?? 0;
    app.tell([
      t("branch.done"),
      ...left > 0 ? [plural("room-file.older", left)] : [],
    ].join(" "));
  };
  return (
    <Modal title={t("branch.title")} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void branch();
        }}
      >
        <p>{plural("branch.text", upTo.length + (earlier?.messages ?? 0))}</p>
        {view.value.shared !== undefined && <p>{t("branch.shared")}</p>}
        {upTo.some(({ images }) => images !== undefined) && <p>{t("branch.pictures")}</p>}
        <div class="field">
          <label for={id}>{t("branch.name")}</label>
          <input
            id={id}
            class="input"
            type="text"
            dir="auto"
            autocomplete="off"
            maxLength={charsMax}
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </div>
        <div class="modal-actions">
          <button type="button" class="button" onClick={onClose}>{t("do.cancel")}</button>
          <button
            type="submit"
            class="button button-key"
            disabled={isMaking || name.trim() === ""}
          >
            {t("branch.confirm")}
          </button>
        </div>
      </form>
    </Modal>
  );
}
