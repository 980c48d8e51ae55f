/** "‹ 2 of 3 ›": walks through the answers that were given again, and picks the one that counts. */

import type { JSX } from "preact";
import { useApp } from "../../app-context.ts";
import { t } from "../../messages/translate.ts";
import { Icon } from "../../parts/icon.tsx";
import { useRoom } from "../room-context.ts";
import type { PersonaRow } from "./log-rows.ts";

export function Alternates({ row, name }: {
  readonly row: PersonaRow;
  readonly name: string;
}): JSX.Element | null {
  const app = useApp();
  const { roomId, canWrite } = useRoom();
  const { alternates, shown, running, turn, persona } = row;
  const count = alternates.length + (running === undefined ? 0 : 1);
  if (count < 2) return null;
  const index = running === undefined ? shown : count - 1;
  const pick = (place: number): void => {
    const attempt = alternates[place]?.attempt;
    if (attempt === undefined) return;
    void app.act({ kind: "pick", roomId, turn, persona, attempt });
  };
  return (
    <div class="alternates" role="group" aria-label={t("msg.alternates", { name })}>
      <button
        type="button"
        class="action"
        aria-label={t("msg.previous")}
        disabled={!canWrite.value || running !== undefined || index === 0}
        onClick={() => pick(index - 1)}
      >
        <Icon name="back" size={14} />
      </button>
      <span
        class="alternates-place"
        role="img"
        aria-label={t("msg.alternate", { index: index + 1, count })}
      >
        {index + 1}/{count}
      </span>
      <button
        type="button"
        class="action"
        aria-label={t("msg.next")}
        disabled={!canWrite.value || running !== undefined || index >= alternates.length - 1}
        onClick={() => pick(index + 1)}
      >
        <Icon name="forward" size={14} />
      </button>
    </div>
  );
}
