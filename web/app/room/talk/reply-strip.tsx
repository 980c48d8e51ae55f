/** Above the message box: what the draft answers, and a way to drop it. */

import "./talk-text.ts";
import type { JSX } from "preact";
import { repliedTo } from "#shared/room/mod.ts";
import { t } from "../../messages/translate.ts";
import { hueProps } from "../../parts/avatar.tsx";
import { Icon } from "../../parts/icon.tsx";
import { useRoom } from "../room-context.ts";
import { quotedReply } from "./quoted.ts";

export function ReplyStrip({ id, seq }: {
  readonly id: string;
  readonly seq: number;
}): JSX.Element {
  const { state, ownDevice, replying } = useRoom();
  const replied = repliedTo(state.value, { seq: Infinity, replyTo: seq });
  const quoted = replied && quotedReply(state.value, ownDevice.value, replied);
  const name = quoted?.name ??
    (replied?.kind === "earlier" ? t("talk.earlier") : t("talk.unknown"));
  return (
    <div class="reply-strip" {...hueProps(quoted?.hue)}>
      <p id={id} class="reply-text" role="status">
        <span class="quote-name" dir="auto">
          {quoted?.isOwn ? t("talk.strip-own") : t("talk.strip", { name })}
        </span>
        {replied?.kind === "aside" && <span class="quote-aside">({t("talk.aside")})</span>}
        {quoted !== undefined && <span class="quote-words" dir="auto">{quoted.words}</span>}
      </p>
      <button
        type="button"
        class="icon-button"
        aria-label={t("talk.drop")}
        title={t("talk.drop")}
        onClick={(event) => {
          // The strip goes with the press; the box is where a person goes on.
          event.currentTarget.closest("form")?.querySelector("textarea")?.focus();
          replying.value = undefined;
        }}
      >
        <Icon name="close" size={16} />
      </button>
    </div>
  );
}
