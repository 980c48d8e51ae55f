/** Whether the room's personas know only what they heard; arrives when the room's options open. */

import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { roomOptions } from "../messages/english/room-options.ts";
import { addEnglish, t } from "../messages/translate.ts";
import { useRoom } from "../room/room-context.ts";

addEnglish(roomOptions);

export function RoomKnowledge(): JSX.Element {
  const app = useApp();
  const { roomId, state, canWrite } = useRoom();
  const hint = useId();
  return (
    <div>
      <label class="choice">
        <input
          type="checkbox"
          checked={state.value.presence !== undefined}
          disabled={!canWrite.value}
          aria-describedby={hint}
          onChange={({ currentTarget }) => {
            const knowledge = currentTarget.checked ? "present" : "everyone";
            // The room's log says what it is: what could not be written is not shown as set.
            void app.act({ kind: "set-knowledge", roomId, knowledge }).then((done) => {
              if (done === undefined) currentTarget.checked = !currentTarget.checked;
            });
          }}
        />
        <span>{t("room.heard")}</span>
      </label>
      <p id={hint} class="hint">{t("room.heard-hint")}</p>
    </div>
  );
}
