/** The first screen: what this is, one tap to two personas, and the rooms there are. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { Icon } from "../parts/icon.tsx";
import { lazyScreen } from "../parts/lazy.tsx";
import { EngineStrip } from "../models/engine-strip.tsx";
import { goTo } from "../route.ts";
import { FirstVisit } from "./first-visit.tsx";
import { NewRoomDialog } from "./lazy-new-room.ts";
import { DEFAULT_RECIPE, READY_MADE } from "./ready-made.ts";
import { RoomList } from "./room-list.tsx";

const RoomImportDialog = lazyScreen(
  async () => (await import("../room-file/room-import.tsx")).RoomImportDialog,
  null,
);

export function StartScreen(): JSX.Element {
  const app = useApp();
  const [isImporting, setImporting] = useState(false);
  const [isMaking, setMaking] = useState(false);
  const [isBeginning, setBeginning] = useState(false);
  const rooms = app.part.rooms.value;
  const begin = async (): Promise<void> => {
    setBeginning(true);
    const done = await app.act({
      kind: "create-room",
      name: t("start.ready-room"),
      recipe: DEFAULT_RECIPE,
      personas: READY_MADE,
    });
    setBeginning(false);
    if (done?.kind === "room-created") goTo({ kind: "room", roomId: done.roomId });
  };
  const isFirst = rooms.length === 0;
  return (
    <main id="main" class={`start ${isFirst ? "start-first" : ""}`} tabIndex={-1}>
      <StartHead />
      {isFirst
        ? (
          <FirstVisit
            isBeginning={isBeginning}
            onBegin={begin}
            onNew={() => setMaking(true)}
            onImport={() => setImporting(true)}
          />
        )
        : (
          <>
            <div class="start-title">
              <h1>{t("start.rooms")}</h1>
              <div class="start-buttons">
                <button type="button" class="button" onClick={() => setImporting(true)}>
                  {t("start.import")}
                </button>
                <a class="button" href="#/join">{t("join.open")}</a>
                <button type="button" class="button button-key" onClick={() => setMaking(true)}>
                  <Icon name="plus" size={16} />
                  {t("start.new-room")}
                </button>
              </div>
            </div>
            <RoomList rooms={rooms} />
            <aside class="start-more" aria-label={t("start.try")}>
              <p>{t("start.what")}</p>
              <button type="button" class="button" disabled={isBeginning} onClick={begin}>
                {isBeginning ? t("start.beginning") : t("start.begin")}
              </button>
            </aside>
            <EngineStrip />
          </>
        )}
      {isMaking && <NewRoomDialog onClose={() => setMaking(false)} />}
      {isImporting && <RoomImportDialog onClose={() => setImporting(false)} />}
    </main>
  );
}

function StartHead(): JSX.Element {
  return (
    <header class="start-head">
      <span class="brand">
        <span class="brand-mark">
          <Icon name="key" size={20} />
        </span>
        {t("app.name")}
      </span>
      <nav aria-label={t("nav.main")}>
        <a href="#/search" data-deed="search">{t("nav.search")}</a>
        <a href="#/models">{t("nav.models")}</a>
        <a href="#/settings">{t("nav.settings")}</a>
      </nav>
    </header>
  );
}
