/** The message that this one answers: a line above its words that leads there. */

import "./talk-text.ts";
import type { JSX } from "preact";
import { repliedTo } from "#shared/room/mod.ts";
import { useApp } from "../../app-context.ts";
import { t } from "../../messages/translate.ts";
import { hueProps } from "../../parts/avatar.tsx";
import { useRoom } from "../room-context.ts";
import { jumpTo } from "./jump.ts";
import { quotedReply } from "./quoted.ts";
import type { QuoteProps } from "./talk-parts.tsx";

export function MessageQuote({ seq, replyTo }: QuoteProps): JSX.Element | null {
  const app = useApp();
  const room = useRoom();
  const replied = repliedTo(room.state.value, { seq, replyTo });
  if (replied === undefined) return null;
  const quoted = quotedReply(room.state.value, room.ownDevice.value, replied);
  if (quoted === undefined && replied.kind !== "earlier") {
    return <span class="quote quote-gone">{t("talk.in-reply", { name: t("talk.unknown") })}</span>;
  }
  const name = quoted?.name ?? t("talk.earlier");
  return (
    <button
      type="button"
      class="quote"
      {...hueProps(quoted?.hue)}
      onClick={() => void jumpTo(app, room, replyTo)}
    >
      <span class="quote-name" dir="auto">
        {quoted?.isOwn ? t("talk.in-reply-own") : t("talk.in-reply", { name })}
      </span>
      {replied.kind === "aside" && <span class="quote-aside">({t("talk.aside")})</span>}
      {quoted !== undefined && <span class="quote-words" dir="auto">{quoted.words}</span>}
    </button>
  );
}
