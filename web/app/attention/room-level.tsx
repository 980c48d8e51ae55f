/** What this room may call a person for; arrives when the room's options open. */

import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { attention } from "../messages/english/attention.ts";
import { addEnglish, t } from "../messages/translate.ts";
import { useRoom } from "../room/room-context.ts";
import type { Level } from "./attention.ts";
import { keepAttention, withLevel } from "./keep-attention.ts";
import { TurnOn } from "./turn-on.tsx";

addEnglish(attention);

const LEVELS: readonly Level[] = ["all", "mentions", "none"];

export function RoomLevel(): JSX.Element {
  const app = useApp();
  const { roomId } = useRoom();
  const id = useId();
  const level = app.attention.value.levels[roomId] ?? "all";
  const choose = (next: Level): void => {
    const isKept = keepAttention(app.attention, (now) => withLevel(now, roomId, next));
    if (!isKept) app.tell(t("attention.not-kept"));
  };
  return (
    <fieldset class="choices" aria-describedby={`${id}-hint`}>
      <legend>{t("attention.room")}</legend>
      <div class="segmented">
        {LEVELS.map((each) => (
          <label key={each}>
            <input type="radio" name={id} checked={level === each} onChange={() => choose(each)} />
            <span>{t(`attention.level-${each}`)}</span>
          </label>
        ))}
      </div>
      <p class="hint" id={`${id}-hint`}>{t(`attention.level-${level}-text`)}</p>
      {level !== "none" && <TurnOn />}
    </fieldset>
  );
}
