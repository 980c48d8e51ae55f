/** One room: log in the middle, composer under it, cast and turn beside it or in a sheet. */

import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { isWide } from "../parts/media.ts";
import { loadMarkdown } from "../text/message-text.tsx";
import type { RoomView } from "../../client/app-client.ts";
import { Composer } from "./composer/composer.tsx";
import { EngineBanner } from "./engine-banner.tsx";
import { Conversation } from "./log/conversation.tsx";
import { type Opened, RoomContext, type RoomUi } from "./room-context.ts";
import { RoomDialogs } from "./room-dialogs.tsx";
import { RoomHeader } from "./room-header.tsx";
import { SideParts } from "./side-parts.tsx";

export function RoomScreen({ roomId }: { readonly roomId: string }): JSX.Element {
  const app = useApp();
  useEffect(() => {
    loadMarkdown();
    void app.act({ kind: "open-room", roomId });
    // Model names for the cast; cheap when they are known already.
    if (app.part.models.value.phase === "unloaded") void app.act({ kind: "list-models" });
    return () => void app.act({ kind: "close-room" });
  }, [app, roomId]);
  const room = app.part.room.value;
  const isKnown = app.part.rooms.value.some((each) => each.roomId === roomId);
  if (room !== undefined && room.state.roomId === roomId) {
    return <OpenRoom key={roomId} roomId={roomId} first={room} />;
  }
  return (
    <main id="main" class="screen screen-message" tabIndex={-1} aria-busy={isKnown}>
      <h1>{isKnown ? t("room.opening") : t("room.missing")}</h1>
      {!isKnown && (
        <>
          <p>{t("room.missing-text")}</p>
          <a class="button button-key" href="#/">{t("start.rooms")}</a>
        </>
      )}
    </main>
  );
}

function OpenRoom({ roomId, first }: { readonly roomId: string; readonly first: RoomView }) {
  const app = useApp();
  // Between rooms the snapshot may be without one; the last view stands until this part is gone.
  const view = useComputed(() => app.part.room.value ?? first);
  const state = useComputed(() => view.value.state);
  const ownDevice = useComputed(() => app.part.device.value.id);
  const editing = useSignal<RoomUi["editing"]["value"]>(undefined);
  const opened = useSignal<Opened | undefined>(undefined);
  const openAsides = useSignal<ReadonlySet<string>>(new Set());
  const mention = useSignal<string | undefined>(undefined);
  const draftText = useSignal<string | undefined>(undefined);
  const ui = useMemo<RoomUi>(
    () => ({ roomId, view, state, ownDevice, editing, opened, openAsides, mention, draftText }),
    [roomId],
  );
  return (
    <RoomContext.Provider value={ui}>
      <main id="main" class="room" tabIndex={-1}>
        <RoomHeader />
        <Conversation />
        <footer class="room-foot">
          {state.value.readerOnly !== undefined && (
            <p class="note note-warn" role="status">{t("room.read-only")}</p>
          )}
          <EngineBanner />
          <Composer />
        </footer>
      </main>
      {isWide.value && (
        <aside class="side" aria-label={t("room.side")}>
          <SideParts />
        </aside>
      )}
      <RoomDialogs />
    </RoomContext.Provider>
  );
}
