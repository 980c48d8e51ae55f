/**
 * One room: log in the middle, composer under it, cast and turn beside it or in a sheet.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY181 A room can be typed in, and what is sent is kept and shown, with at most 90 kB of gzipped
 *         JavaScript; everything else is fetched after that.
 */

import { useComputed, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { useApp, useUsable } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { Icon } from "../parts/icon.tsx";
import { lazyPart, lazyScreen } from "../parts/lazy.tsx";
import { isWide } from "../parts/media.ts";
import { replaceWith } from "../route.ts";
import { loadMarkdown } from "../text/message-text.tsx";
import type { RoomView } from "../../client/app-client.ts";
import { Composer } from "./composer/composer.tsx";
import { ConnectionLine, useConnection, wordsOf } from "./connection/use-connection.ts";
import { Conversation } from "./log/conversation.tsx";
import { type Opened, RoomContext, type RoomUi } from "./room-context.ts";
import { RoomAsks } from "./room-asks.tsx";
import { RoomHeader } from "./room-header.tsx";
import { SideParts } from "./side-parts.tsx";
import { PinsLine } from "./talk/talk-parts.tsx";

const LostRoom = lazyScreen(async () => (await import("./lost-room.tsx")).LostRoom);
const RoomDialogs = lazyPart(async () => (await import("./room-dialogs.tsx")).RoomDialogs);
const FootNotes = lazyPart(async () => (await import("./foot-notes.tsx")).FootNotes);
const ForkNotice = lazyPart(async () => (await import("./people/fork-notice.tsx")).ForkNotice);

export function RoomScreen({ roomId }: { readonly roomId: string }): JSX.Element {
  const app = useApp();
  useEffect(() => {
    void app.act({ kind: "open-room", roomId });
    return () => void app.act({ kind: "close-room", roomId });
  }, [app, roomId]);
  const movedTo = app.part.movedRooms.value.get(roomId);
  useEffect(() => {
    if (movedTo !== undefined) replaceWith({ kind: "room", roomId: movedTo });
  }, [movedTo]);
  const room = app.part.room.value;
  const listed = app.part.rooms.value.find((each) => each.roomId === roomId);
  const isKnown = listed !== undefined;
  const isShared = listed?.isShared === true;
  useEffect(() => {
    if (isShared) ConnectionLine.preload(); // Smaller than what opens the room: there before it.
  }, [isShared]);
  useUsable(room !== undefined || !isKnown || listed.lost !== undefined);
  useRest();
  if (room !== undefined && room.state.roomId === roomId) {
    return <OpenRoom key={roomId} roomId={roomId} first={room} />;
  }
  // A room that was joined just now has no entry yet; its connection says why.
  if (room?.shared !== undefined && room.state.head === 0) {
    return <AwaitedRoom roomId={roomId} first={room} />;
  }
  if (listed?.lost !== undefined) return <LostRoom room={listed} lost={listed.lost} />;
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

/** Fetches what the room could be typed in without (SY181). */
function useRest(): void {
  const app = useApp();
  const isUsable = app.client.usable.value;
  useEffect(() => {
    if (!isUsable) return;
    loadMarkdown();
    // Model names for the cast; cheap when they are known already.
    if (app.part.models.value.phase === "unloaded") void app.act({ kind: "list-models" });
  }, [app, isUsable]);
}

interface RoomProps {
  readonly roomId: string;
  readonly first: RoomView;
}

function OpenRoom({ roomId, first }: RoomProps): JSX.Element {
  const app = useApp();
  const ui = useRoomUi(roomId, first);
  // Known after this screen is there, too: the room's new address comes before the answer.
  const isInviting = app.inviting.value === roomId;
  useEffect(() => {
    if (!isInviting) return;
    app.inviting.value = undefined;
    ui.opened.value = { kind: "invite" };
  }, [app, ui, isInviting]);
  useEffect(() => {
    const handed = app.handover.value;
    if (handed?.roomId !== roomId || handed.as !== "card") return;
    app.handover.value = undefined;
    ui.opened.value = { kind: "persona", persona: undefined, card: handed };
  }, [app, ui]);
  return (
    <RoomContext.Provider value={ui}>
      <main id="main" class="room" tabIndex={-1}>
        <RoomHeader />
        <PinsLine />
        <Conversation />
        <footer class="room-foot">
          {ui.state.value.readerOnly !== undefined && (
            <p class="note note-warn" role="status">{t("room.read-only")}</p>
          )}
          {(ui.view.value.shared?.forks?.length ?? 0) > 0 && <ForkNotice />}
          {ui.view.value.shared !== undefined && <ConnectionLine />}
          <RoomAsks />
          {app.client.usable.value && <FootNotes />}
          {isMovedAway(ui.view.value)
            ? null
            : ui.canWrite.value
            ? <Composer />
            : (
              <p class="foot-line reader-line">
                <Icon name="eye" />
                {t("composer.reader")}
              </p>
            )}
        </footer>
      </main>
      {isWide.value && (
        <aside class="side" aria-label={t("room.side")}>
          <SideParts />
        </aside>
      )}
      {ui.opened.value !== undefined && <RoomDialogs />}
    </RoomContext.Provider>
  );
}

/** Joined, and nothing has come yet: what is awaited, and why it may take a while. */
function AwaitedRoom({ roomId, first }: RoomProps): JSX.Element {
  const ui = useRoomUi(roomId, first);
  const words = wordsOf(ui.connection.value, ui.canWrite.value);
  return (
    <RoomContext.Provider value={ui}>
      <main id="main" class="screen screen-message" tabIndex={-1}>
        <h1>{t("shared.opening")}</h1>
        <p>{t("shared.opening-text", { relay: ui.view.value.shared?.relayHost ?? "" })}</p>
        {words?.tone === "busy" && <p class="hint">{words.happened}</p>}
        <ConnectionLine />
        <a class="button" href="#/">{t("start.rooms")}</a>
      </main>
    </RoomContext.Provider>
  );
}

/** The room goes on elsewhere, without this device. */
const isMovedAway = ({ move }: RoomView): boolean =>
  move?.phase === "left-out" || move?.phase === "dead-end"; // SY166

function useRoomUi(roomId: string, first: RoomView): RoomUi {
  const app = useApp();
  // Between rooms the snapshot may be without one; the last view stands until this part is gone.
  const view = useComputed(() => app.part.room.value ?? first);
  const state = useComputed(() => view.value.state);
  const ownDevice = useComputed(() => view.value.device);
  const canWrite = useComputed(() =>
    view.value.shared?.access !== "read" && !isMovedAway(view.value)
  );
  const connection = useConnection(view);
  const editing = useSignal<RoomUi["editing"]["value"]>(undefined);
  const opened = useSignal<Opened | undefined>(undefined);
  const openAsides = useSignal<ReadonlySet<string>>(new Set());
  const mention = useSignal<string | undefined>(undefined);
  const draftText = useSignal<string | undefined>(undefined);
  const goal = useSignal<string | undefined>(undefined);
  const sentKeys = useSignal<ReadonlyMap<number, string>>(new Map());
  const replying = useSignal(app.client.readReply(roomId));
  return useMemo<RoomUi>(
    () => ({
      roomId,
      view,
      state,
      ownDevice,
      canWrite,
      connection,
      editing,
      opened,
      openAsides,
      mention,
      goal,
      sentKeys,
      replying,
      draftText,
    }),
    [roomId],
  );
}
