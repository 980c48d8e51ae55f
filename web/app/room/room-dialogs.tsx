/** Whatever opened over the room, one at a time. */

import type { JSX } from "preact";
import { useApp } from "../app-context.ts";
import { plural, t } from "../messages/translate.ts";
import { Confirm, Modal } from "../parts/modal.tsx";
import { lazyScreen } from "../parts/lazy.tsx";
import { useRoom } from "./room-context.ts";
import { SideParts } from "./side-parts.tsx";
import { rewindRoom } from "./talk/undo-deeds.ts";

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

const RoomOptions = lazyScreen(
  async () => (await import("./room-options.tsx")).RoomOptions,
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
