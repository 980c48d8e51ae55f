/** Answering and pinning a message. */

import "./talk-text.ts";
import type { JSX } from "preact";
import type { Message } from "#shared/room/mod.ts";
import { useApp } from "../../app-context.ts";
import { t } from "../../messages/translate.ts";
import { Icon } from "../../parts/icon.tsx";
import { useRoom } from "../room-context.ts";
import { speakerName } from "./quoted.ts";
import { togglePin } from "./toggle-pin.ts";

export function TalkActions({ message }: { readonly message: Message }): JSX.Element | null {
  const app = useApp();
  const room = useRoom();
  const { state, ownDevice, replying } = room;
  const { seq } = message;
  if (state.value.readerOnly !== undefined) return null;
  const isPinned = state.value.pins?.some(({ of }) => of === seq) ?? false;
  const name = speakerName(state.value, ownDevice.value, message);
  const pinLabel = isPinned ? t("pins.unpin") : t("pins.pin");
  return (
    <>
      <button
        type="button"
        class="action"
        data-deed="reply"
        aria-label={t("talk.reply-to", { name })}
        title={t("talk.reply")}
        onClick={() => {
          replying.value = seq;
        }}
      >
        <Icon name="reply" size={16} />
      </button>
      <button
        type="button"
        class="action"
        data-deed="pin"
        aria-label={pinLabel}
        title={pinLabel}
        aria-pressed={isPinned}
        onClick={() => void togglePin(app, room, seq, !isPinned)}
      >
        <Icon name="pin" size={16} />
      </button>
    </>
  );
}
