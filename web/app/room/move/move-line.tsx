/** Above the composer, or in its place: that the room moves or moved, and what becomes of it. */

import type { JSX } from "preact";
import { useApp } from "../../app-context.ts";
import { moving } from "../../messages/english/moving.ts";
import { addEnglish, t } from "../../messages/translate.ts";
import { useRoom } from "../room-context.ts";

addEnglish(moving);

export function MoveLine(): JSX.Element | null {
  const { view, opened } = useRoom();
  const { move } = view.value;
  switch (move?.phase) {
    case "unfinished":
      // The dialog that moves the room right now says the same.
      return opened.value?.kind === "move" ? null : <Unfinished without={move.without} />;
    case "following":
      return <p class="foot-line reader-line" role="status">{t("move.following")}</p>;
    case "left-out":
      return (
        <MovedNote
          happened={move.by === ""
            ? t("move.left-out-someone")
            : t("move.left-out", { name: move.by })}
          text={t("move.left-out-text")}
        />
      );
    case "dead-end":
      return move.by === ""
        ? (
          <MovedNote
            happened={t("move.dead-end-someone")}
            text={t("move.dead-end-text-someone")}
          />
        )
        : (
          <MovedNote
            happened={t("move.dead-end", { name: move.by })}
            text={t("move.dead-end-text", { name: move.by })}
          />
        );
    default:
      return null;
  }
}

function MovedNote(
  { happened, text }: { readonly happened: string; readonly text: string },
): JSX.Element {
  return (
    <div class="foot-line">
      <div class="note note-warn" role="status">
        <p>
          <strong>{happened}</strong> {text}
        </p>
      </div>
    </div>
  );
}

function Unfinished({ without }: { readonly without: readonly string[] }): JSX.Element {
  const app = useApp();
  const { roomId } = useRoom();
  return (
    <div class="foot-line">
      <div class="note note-warn link-note" role="status">
        <div class="note-text">
          <p>
            <strong>{t("move.unfinished")}</strong> {t("move.unfinished-text")}
          </p>
        </div>
        <button
          type="button"
          class="button"
          onClick={() => void app.act({ kind: "forget-move", roomId })}
        >
          {t("move.forget")}
        </button>
        <button
          type="button"
          class="button"
          onClick={() => void app.act({ kind: "move-room", roomId, without })}
        >
          {t("move.again")}
        </button>
      </div>
    </div>
  );
}
