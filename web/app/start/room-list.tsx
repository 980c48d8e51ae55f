/** Rooms with their last line and what is unread. */

import type { JSX } from "preact";
import type { RoomSummary } from "../../client/app-client.ts";
import { useApp } from "../app-context.ts";
import { formatList, plural, t } from "../messages/translate.ts";
import { Avatar } from "../parts/avatar.tsx";
import { Icon } from "../parts/icon.tsx";
import { formatWhen } from "../parts/format.ts";
import { lazyPart } from "../parts/lazy.tsx";
import { routeToHash } from "../route.ts";
import { dropBidi } from "../text/bidi.ts";
import { cleanName } from "../text/clean-name.ts";

const MutedMark = lazyPart(async () => (await import("../attention/muted-mark.tsx")).MutedMark);

export function RoomList({ rooms, current, compact = false }: {
  readonly rooms: readonly RoomSummary[];
  /** The open room. */
  readonly current?: string | undefined;
  readonly compact?: boolean;
}): JSX.Element {
  const { levels } = useApp().attention.value;
  return (
    <ul class={compact ? "rooms rooms-compact" : "rooms"}>
      {rooms.map((room) => (
        <li key={room.roomId}>
          <a
            href={routeToHash({ kind: "room", roomId: room.roomId })}
            aria-current={room.roomId === current ? "page" : undefined}
          >
            <span class="rooms-title">
              <b class="rooms-name" dir="auto">
                {room.name === "" ? t("room.opening") : cleanName(room.name)}
              </b>
              {room.isShared && <SharedMark compact={compact} />}
              {levels[room.roomId] === "none" && <MutedMark compact={compact} />}
              {room.isMoving && <span class="rooms-shared">{t("start.moving")}</span>}
            </span>
            <span class="rooms-when">
              {room.lastLine === "" ? "" : formatWhen(room.lastAtMs, Date.now())}
            </span>
            <span class="rooms-line" dir="auto">
              {room.lost !== undefined
                ? t("start.room-lost")
                : room.lastLine === ""
                ? t("start.empty-line")
                : plainLine(room.lastLine)}
            </span>
            {room.unread > 0 && (
              <span class="rooms-unread">{plural("start.unread", room.unread)}</span>
            )}
            {!compact && room.personaNames.length > 0 && <Cast room={room} />}
          </a>
        </li>
      ))}
    </ul>
  );
}

function SharedMark({ compact }: { readonly compact: boolean }): JSX.Element {
  return (
    <span class="rooms-shared" title={t("shared.mark")}>
      <Icon name="people" size={15} />
      <span class={compact ? "sr-only" : ""}>{t("shared.mark")}</span>
    </span>
  );
}

function Cast({ room }: { readonly room: RoomSummary }): JSX.Element {
  const names = room.personaNames.map(cleanName);
  return (
    <span class="rooms-with">
      <span class="rooms-tiles">
        {names.slice(0, 6).map((name, index) => (
          <Avatar key={index} name={name} hue={room.personaHues?.[index] ?? 75} size="s" />
        ))}
      </span>
      <span>{t("start.room-with", { names: formatList(names) })}</span>
    </span>
  );
}

/** One line has no room for markdown: its marks are dropped, its words stay. */
function plainLine(line: string): string {
  return dropBidi(line).replace(/[*_`~|#>]+/g, "").replace(/\s+/g, " ").trim();
}
