/** Folds what one person or persona says in this room, on this device alone. */

import type { JSX } from "preact";
import { useApp } from "../app-context.ts";
import { attention } from "../messages/english/attention.ts";
import { addEnglish, t } from "../messages/translate.ts";
import { useRoom } from "../room/room-context.ts";
import { isMuted } from "./attention.ts";
import { keepAttention, withMute } from "./keep-attention.ts";

addEnglish(attention);

/** `compact` is an icon with the words as its name. */
export function MuteButton({ author, name, compact = false }: {
  readonly author: string;
  readonly name: string;
  readonly compact?: boolean;
}): JSX.Element {
  const app = useApp();
  const { roomId } = useRoom();
  const isOff = isMuted(app.attention.value, roomId, author);
  const label = isOff ? t("attention.unmute", { name }) : t("attention.mute", { name });
  const toggle = (): void => {
    const isKept = keepAttention(app.attention, (now) => withMute(now, roomId, author, !isOff));
    if (!isKept) app.tell(t("attention.not-kept"));
  };
  if (!compact) {
    return (
      <div class="stack">
        <button type="button" class="button" aria-pressed={isOff} onClick={toggle}>
          {label}
        </button>
        <p class="hint">{t("attention.mute-hint")}</p>
      </div>
    );
  }
  return (
    <button
      type="button"
      class="action"
      aria-label={label}
      title={label}
      aria-pressed={isOff}
      onClick={toggle}
    >
      <svg class="icon" width={16} height={16} viewBox="0 0 20 20" aria-hidden="true">
        <path d="M4 8v4h2.6l4 3.2V4.8L6.6 8z" />
        <path d={isOff ? "M13.4 8l4 4M17.4 8l-4 4" : "M13.6 7.4a4 4 0 0 1 0 5.2"} />
      </svg>
    </button>
  );
}
