/** What other apps handed to the page, and where each piece can go (SY190). */

import type { JSX } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import {
  type HandedIn,
  handedInLimits,
  listHandedIn,
  removeHandedIn,
} from "../../pwa/handed-in.ts";
import type { RoomSummary } from "../../client/app-client.ts";
import { useApp } from "../app-context.ts";
import { handedIn } from "../messages/english/handed-in.ts";
import { addEnglish, formatNumber, t } from "../messages/translate.ts";
import { formatBytes } from "../parts/format.ts";
import { Icon } from "../parts/icon.tsx";
import { lazyScreen } from "../parts/lazy.tsx";
import { goTo } from "../route.ts";
import { dropBidi } from "../text/bidi.ts";
import { cleanName } from "../text/clean-name.ts";
import { type FileUse, usesOf } from "./file-uses.ts";

addEnglish(handedIn);

const RoomImportDialog = lazyScreen(
  async () => (await import("../room-file/room-import.tsx")).RoomImportDialog,
  null,
);

export function HandedInScreen({ trouble }: {
  /** What went wrong with the newest share. */
  readonly trouble: "full" | "failed" | undefined;
}): JSX.Element {
  const [pieces, setPieces] = useState<readonly HandedIn[] | undefined>(undefined);
  const [roomId, setRoomId] = useState<string | undefined>(undefined);
  const rooms = useWritableRooms();
  const chosen = rooms.find((room) => room.roomId === roomId) ?? rooms[0];
  const read = async (): Promise<void> => setPieces(await listHandedIn());
  useEffect(() => {
    const look = (): void => void read();
    look();
    addEventListener("handed-in", look);
    return () => removeEventListener("handed-in", look);
  }, [trouble]);
  const remove = async (key: string): Promise<void> => {
    await removeHandedIn(key);
    await read();
  };
  return (
    <main id="main" class="screen screen-narrow" tabIndex={-1} aria-busy={pieces === undefined}>
      <div class="screen-title">
        <h1>{t("in.title")}</h1>
      </div>
      {trouble !== undefined && (
        <p class="note note-warn" role="status">
          {trouble === "full"
            ? t("in.full", { max: formatNumber(handedInLimits.waitingMax) })
            : t("in.failed")}
        </p>
      )}
      {pieces?.length === 0 && trouble === undefined && <p>{t("in.none")}</p>}
      {pieces !== undefined && pieces.length > 0 && (
        <>
          <p>{t("in.what")}</p>
          {chosen === undefined
            ? <p class="note">{t("in.no-room")}</p>
            : <RoomChoice roomId={chosen.roomId} onChoose={setRoomId} />}
          <ul class="handed-in">
            {pieces.map((piece) => (
              <Piece
                key={piece.key}
                piece={piece}
                roomId={chosen?.roomId}
                onRemove={() => remove(piece.key)}
              />
            ))}
          </ul>
        </>
      )}
    </main>
  );
}

/** Where a message box is: what is put elsewhere nobody sees again (SY190). */
function useWritableRooms(): readonly RoomSummary[] {
  return useApp().part.rooms.value.filter(({ isReader }) => isReader !== true);
}

function RoomChoice({ roomId, onChoose }: {
  readonly roomId: string;
  readonly onChoose: (roomId: string) => void;
}): JSX.Element {
  const rooms = useWritableRooms();
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{t("in.room")}</label>
      <span class="select">
        <select
          id={id}
          class="input"
          value={roomId}
          onChange={(event) => onChoose(event.currentTarget.value)}
        >
          {rooms.map((room) => (
            <option key={room.roomId} value={room.roomId}>{cleanName(room.name)}</option>
          ))}
        </select>
        <Icon name="open" size={16} />
      </span>
    </div>
  );
}

interface PieceProps {
  readonly piece: HandedIn;
  readonly roomId: string | undefined;
  readonly onRemove: () => Promise<void>;
}

function Piece({ piece: { content }, roomId, onRemove }: PieceProps): JSX.Element {
  const name = content.kind === "text"
    ? t("in.text")
    : dropBidi(content.kind === "file" ? content.file.name : content.name);
  return (
    <li class="panel">
      <h2 dir="auto">{name}</h2>
      {content.kind === "text" && <p class="handed-in-text" dir="auto">{content.text}</p>}
      {content.kind === "too-large" && (
        <p class="bad">
          {t("in.too-large", {
            name,
            size: formatBytes(content.bytes),
            max: formatBytes(handedInLimits.pieceBytesMax),
          })}
        </p>
      )}
      <div class="handed-in-do">
        {content.kind === "text" && (
          <TextButton text={content.text} roomId={roomId} onRemove={onRemove} />
        )}
        {content.kind === "file" && (
          <FileButtons file={content.file} roomId={roomId} onRemove={onRemove} />
        )}
        <button type="button" class="button button-quiet-danger" onClick={() => void onRemove()}>
          {t("in.remove", { name })}
        </button>
      </div>
    </li>
  );
}

function TextButton({ text, roomId, onRemove }: Omit<PieceProps, "piece"> & {
  readonly text: string;
}): JSX.Element | null {
  const app = useApp();
  if (roomId === undefined) return null;
  const put = async (): Promise<void> => {
    const draft = app.client.readDraft(roomId);
    app.client.writeDraft(roomId, draft === "" ? text : `${draft}\n${text}`);
    await onRemove();
    goTo({ kind: "room", roomId });
  };
  return (
    <button type="button" class="button button-key" onClick={() => void put()}>
      {t("in.text-do")}
    </button>
  );
}

function FileButtons({ file, roomId, onRemove }: Omit<PieceProps, "piece"> & {
  readonly file: File;
}): JSX.Element {
  const app = useApp();
  const [isImporting, setImporting] = useState(false);
  const uses = usesOf(file);
  const hand = (as: "card" | "picture"): void => {
    if (roomId === undefined) return;
    app.handover.value = { roomId, as, file, onTaken: () => void onRemove() };
    goTo({ kind: "room", roomId });
  };
  const take: Record<FileUse, () => void> = {
    card: () => hand("card"),
    picture: () => hand("picture"),
    import: () => setImporting(true),
  };
  if (uses.length === 0) return <p>{t("in.unknown")}</p>;
  return (
    <div class="row-buttons">
      {uses.filter((use) => use === "import" || roomId !== undefined).map((use) => (
        <button key={use} type="button" class="button" onClick={take[use]}>
          {t(`in.${use}-do`)}
        </button>
      ))}
      {isImporting && (
        <RoomImportDialog
          file={file}
          onTaken={() => void onRemove()}
          onClose={() => setImporting(false)}
        />
      )}
    </div>
  );
}
