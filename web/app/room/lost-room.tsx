/**
 * In place of a room of which this browser lost the messages or the keys: what is missing, and what
 * brings it back.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY267 A room in the list whose messages or keys are not here is named so, there and on its own
 *         screen, with what can be done; it is never shown as an empty room or one that is opening.
 */

import type { JSX } from "preact";
import type { RoomLoss, RoomSummary } from "../../client/app-client.ts";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { RescueButton } from "../parts/rescue-button.tsx";
import { goTo } from "../route.ts";
import { cleanName } from "../text/clean-name.ts";
import "./lost-text.ts";

interface LostRoomProps {
  readonly room: RoomSummary;
  readonly lost: RoomLoss;
}

export function LostRoom({ room, lost }: LostRoomProps): JSX.Element {
  const app = useApp();
  const forget = async (): Promise<void> => {
    const done = await app.act({ kind: "delete-room", roomId: room.roomId });
    if (done !== undefined) goTo({ kind: "start" });
  };
  const isKeys = lost === "keys";
  return (
    <main id="main" class="screen screen-message" tabIndex={-1}>
      <p class="hint" dir="auto">{cleanName(room.name)}</p>
      <h1>{isKeys ? t("lost.keys") : t("lost.messages")}</h1>
      <p>{isKeys ? t("lost.keys-text") : t("lost.messages-text")}</p>
      <p>{isKeys ? t("lost.keys-do") : t("lost.messages-do")}</p>
      {isKeys
        ? <a class="button button-key" href="#/join">{t("join.open")}</a>
        : <a class="button button-key" href="#/">{t("lost.to-start")}</a>}
      {isKeys
        // Deleting would take what was said with it; saving it does not.
        ? <RescueButton />
        : (
          <button type="button" class="button" onClick={() => void forget()}>
            {t("lost.forget")}
          </button>
        )}
    </main>
  );
}
