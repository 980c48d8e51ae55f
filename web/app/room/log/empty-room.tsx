/** A room before its first word: who waits in it, and words to begin with. */

import type { JSX } from "preact";
import { formatList, t } from "../../messages/translate.ts";
import { Avatar, hueProps } from "../../parts/avatar.tsx";
import { Icon } from "../../parts/icon.tsx";
import { dropBidi } from "../../text/bidi.ts";
import { cleanName } from "../../text/clean-name.ts";
import { useRoom } from "../room-context.ts";

const OPENERS = ["log.opener-1", "log.opener-2", "log.opener-3"] as const;
/** More would push the words out of sight on a phone. */
const SHOWN_MAX = 4;

export function EmptyRoom(): JSX.Element {
  const { state, draftText, opened, canWrite } = useRoom();
  const cast = [...state.value.personas.values()].filter(({ removed }) => !removed);
  const names = cast.map(({ card }) => cleanName(card.name));
  return (
    <div class="log-empty">
      <ul class="waiting-cast">
        {cast.slice(0, SHOWN_MAX).map(({ id, card }) => (
          <li key={id} {...hueProps(card.hue)}>
            <Avatar name={cleanName(card.name)} hue={card.hue} size="l" />
            <b>{cleanName(card.name)}</b>
            <span>{dropBidi(card.gist)}</span>
          </li>
        ))}
      </ul>
      <p class="log-empty-title">{t("log.empty")}</p>
      <p>
        {names.length === 0
          ? t("log.empty-alone")
          : t("log.empty-text", { names: formatList(names) })}
      </p>
      {names.length > 0 && canWrite.value && (
        <div class="openers">
          {OPENERS.map((key) => (
            <button
              key={key}
              type="button"
              class="button"
              onClick={() => {
                draftText.value = t(key);
              }}
            >
              {t(key)}
            </button>
          ))}
        </div>
      )}
      <button
        type="button"
        class="button button-key empty-invite"
        onClick={() => {
          opened.value = { kind: "invite" };
        }}
      >
        <Icon name="invite" />
        {t("invite.open")}
      </button>
    </div>
  );
}
