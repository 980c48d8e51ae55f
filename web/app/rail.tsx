/** The left column: the way home, the rooms, and the engine of this device. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useApp } from "./app-context.ts";
import { t } from "./messages/translate.ts";
import { EngineStrip } from "./models/engine-strip.tsx";
import { Icon } from "./parts/icon.tsx";
import { lazyPart } from "./parts/lazy.tsx";
import { NewRoomDialog } from "./start/lazy-new-room.ts";
import { RoomList } from "./start/room-list.tsx";

const KeysButton = lazyPart(async () => (await import("./keys/keys-button.tsx")).KeysButton);

export function Rail(): JSX.Element {
  const app = useApp();
  const [isMaking, setMaking] = useState(false);
  const route = app.route.value;
  const current = (kind: string) => route.kind === kind ? "page" : undefined;
  return (
    <header class="rail">
      <a class="brand" href="#/" aria-label={t("nav.home")}>
        <span class="brand-mark">
          <Icon name="key" size={20} />
        </span>
        {t("app.name")}
      </a>
      <nav class="rail-rooms" aria-label={t("nav.rooms")}>
        <RoomList
          rooms={app.part.rooms.value}
          current={route.kind === "room" ? route.roomId : undefined}
          compact
        />
        <button type="button" class="button rail-new" onClick={() => setMaking(true)}>
          <Icon name="plus" size={16} />
          {t("start.new-room")}
        </button>
      </nav>
      <nav class="rail-nav" aria-label={t("nav.main")}>
        <a class="rail-back" href="#/">
          <Icon name="back" />
          {t("nav.rooms")}
        </a>
        <a
          href="#/search"
          aria-current={current("search")}
          data-deed={route.kind === "room" ? undefined : "search"}
        >
          <Icon name="find" />
          {t("nav.search")}
        </a>
        <a href="#/models" aria-current={current("models")}>
          <Icon name="chip" />
          {t("nav.models")}
        </a>
        <a href="#/settings" aria-current={current("settings")}>
          <Icon name="gear" />
          {t("nav.settings")}
        </a>
        {app.client.usable.value && <KeysButton />}
      </nav>
      <EngineStrip />
      {isMaking && <NewRoomDialog onClose={() => setMaking(false)} />}
    </header>
  );
}
