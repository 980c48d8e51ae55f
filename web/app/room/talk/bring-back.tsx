/** Takes the newest rewind back from where it shows, long after its notice is gone (RM65). */

import "./talk-text.ts";
import type { JSX } from "preact";
import { rewindToRestore } from "#shared/room/mod.ts";
import { useApp } from "../../app-context.ts";
import { t } from "../../messages/translate.ts";
import { useRoom } from "../room-context.ts";
import { bringBack } from "./undo-deeds.ts";

export function BringBack(): JSX.Element | null {
  const app = useApp();
  const room = useRoom();
  const { state } = room;
  if (state.value.readerOnly !== undefined) return null;
  const rewind = rewindToRestore(state.value);
  if (rewind === undefined) return null;
  return (
    <button
      type="button"
      class="link-button"
      onClick={() => {
        document.getElementById("main")?.focus({ preventScroll: true }); // Its line goes.
        void bringBack(app, room, rewind);
      }}
    >
      {t("undo.bring-back")}
    </button>
  );
}
