/** Whatever opened over the room, one at a time. */

import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { protocolLimits } from "#shared/protocol/mod.ts";
import { useApp } from "../app-context.ts";
import { addEnglish, plural, t } from "../messages/translate.ts";
import { Confirm, Modal } from "../parts/modal.tsx";
import { lazyScreen } from "../parts/lazy.tsx";
import { useRoom } from "./room-context.ts";
import { cleanName } from "../text/clean-name.ts";
import { SideParts } from "./side-parts.tsx";
import { deleteLocalRoom, rewindRoom } from "./talk/undo-deeds.ts";
import { roomOptions } from "../messages/english/room-options.ts";

addEnglish(roomOptions);

const WhyDialog = lazyScreen(async () => (await import("./turn/why-dialog.tsx")).WhyDialog, null);
const PersonaDialog = lazyScreen(
  async () => (await import("../persona/persona-dialog.tsx")).PersonaDialog,
  null,
);
const SessionDialog = lazyScreen(
  async () => (await import("../session/session-dialog.tsx")).SessionDialog,
  null,
);
const RecipeDialog = lazyScreen(
  async () => (await import("../persona/recipe-dialog.tsx")).RecipeDialog,
  null,
);

const InviteDialog = lazyScreen(
  async () => (await import("../invite/invite-dialog.tsx")).InviteDialog,
  null,
);

const DeviceDialog = lazyScreen(
  async () => (await import("./people/device-dialog.tsx")).DeviceDialog,
  null,
);

const MoveDialog = lazyScreen(
  async () => (await import("./move/move-dialog.tsx")).MoveDialog,
  null,
);

const BranchDialog = lazyScreen(
  async () => (await import("./branch/branch-dialog.tsx")).BranchDialog,
  null,
);

const RoomExport = lazyScreen(
  async () => (await import("../room-file/room-export.tsx")).RoomExport,
  null,
);

const RoomSave = lazyScreen(
  async () => (await import("../room-file/room-save.tsx")).RoomSave,
  null,
);

const SearchEntry = lazyScreen(
  async () => (await import("../search/search-entry.tsx")).SearchEntry,
  null,
);

const RoomKnowledge = lazyScreen(
  async () => (await import("../room-file/room-knowledge.tsx")).RoomKnowledge,
  null,
);

const LeaveRoom = lazyScreen(async () => (await import("./leave-room.tsx")).LeaveRoom, null);

const RoomLevel = lazyScreen(
  async () => (await import("../attention/room-level.tsx")).RoomLevel,
  null,
);

export function RoomDialogs(): JSX.Element | null {
  const { opened } = useRoom();
  const close = (): void => {
    opened.value = undefined;
  };
  const what = opened.value;
  switch (what?.kind) {
    case "why":
      return <WhyDialog turn={what.turn} persona={what.persona} onClose={close} />;
    case "rewind":
      return <RewindDialog to={what.to} onClose={close} />;
    case "persona":
      return <PersonaDialog persona={what.persona} handed={what.card} onClose={close} />;
    case "session":
      return <SessionDialog key={what.session} session={what.session} onClose={close} />;
    case "branch":
      return <BranchDialog seq={what.seq} onClose={close} />;
    case "recipe":
      return <RecipeDialog onClose={close} />;
    case "room":
      return <RoomOptions onClose={close} />;
    case "invite":
      return <InviteDialog onClose={close} />;
    case "device":
      return <DeviceDialog key={what.device} device={what.device} onClose={close} />;
    case "move":
      return <MoveDialog device={what.device} onClose={close} />;
    case "side":
      return (
        <Modal title={t("room.side")} kind="sheet" onClose={close}>
          <SideParts />
        </Modal>
      );
    default:
      return null;
  }
}

function RewindDialog({ to, onClose }: { readonly to: number; readonly onClose: () => void }) {
  const app = useApp();
  const room = useRoom();
  const { state } = room;
  const count = state.value.messages.filter(({ seq, aside }) => seq > to && !aside).length;
  return (
    <Confirm
      title={t("rewind.title")}
      text={plural("rewind.text", count)}
      confirm={t("rewind.confirm")}
      onConfirm={() => void rewindRoom(app, room, to)}
      onClose={onClose}
    />
  );
}

function RoomOptions({ onClose }: { readonly onClose: () => void }): JSX.Element {
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
