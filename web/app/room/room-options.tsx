/** What can be set of a room, and taken with it or deleted. Comes whole, so that it never grows. */

import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { protocolLimits } from "#shared/protocol/mod.ts";
import { useApp } from "../app-context.ts";
import { RoomLevel } from "../attention/room-level.tsx";
import { roomOptions } from "../messages/english/room-options.ts";
import { addEnglish, t } from "../messages/translate.ts";
import { lazyScreen } from "../parts/lazy.tsx";
import { Confirm, Modal } from "../parts/modal.tsx";
import { RoomExport } from "../room-file/room-export.tsx";
import { RoomKnowledge } from "../room-file/room-knowledge.tsx";
import { RoomSave } from "../room-file/room-save.tsx";
import { SearchEntry } from "../search/search-entry.tsx";
import { cleanName } from "../text/clean-name.ts";
import { useRoom } from "./room-context.ts";
import { deleteLocalRoom } from "./talk/undo-deeds.ts";

addEnglish(roomOptions);

const LeaveRoom = lazyScreen(async () => (await import("./leave-room.tsx")).LeaveRoom, null);

export function RoomOptions({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const app = useApp();
  const { roomId, state, view, canWrite } = useRoom();
  const [name, setName] = useState(state.value.name);
  const [isDeleting, setDeleting] = useState(false);
  const id = useId();
  const rename = async (): Promise<void> => {
    const done = await app.act({ kind: "rename-room", roomId, name: name.trim() });
    if (done !== undefined) onClose();
  };
  const isShared = view.value.shared !== undefined;
  if (isDeleting && isShared) return <LeaveRoom onClose={onClose} />;
  if (isDeleting) {
    return (
      <Confirm
        title={t("room.delete-title", { name: cleanName(state.value.name) })}
        text={t("room.delete-text")}
        confirm={t("room.delete")}
        danger
        onConfirm={() => void deleteLocalRoom(app, { roomId, state })}
        onClose={onClose}
      />
    );
  }
  return (
    <Modal title={t("room.more")} onClose={onClose}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void rename();
        }}
      >
        <div class="field">
          <label for={id}>{t("new-room.name")}</label>
          <div class="field-row">
            <input
              id={id}
              class="input"
              type="text"
              dir="auto"
              maxLength={protocolLimits.nameCharsMax}
              value={name}
              readOnly={!canWrite.value}
              onInput={(event) => setName(event.currentTarget.value)}
            />
            <button
              type="submit"
              class="button"
              disabled={name.trim() === "" || !canWrite.value}
            >
              {t("room.rename-save")}
            </button>
          </div>
        </div>
      </form>
      <RoomLevel />
      <SearchEntry onClose={onClose} />
      <RoomKnowledge />
      <RoomSave />
      <RoomExport />
      <button
        type="button"
        class="button button-quiet-danger room-delete"
        onClick={() => setDeleting(true)}
      >
        {isShared ? t("room.leave") : t("room.delete")}
      </button>
    </Modal>
  );
}
