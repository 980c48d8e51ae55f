/** A message of somebody who is muted here: one quiet line, and the message when asked for. */

import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { attention } from "../messages/english/attention.ts";
import { addEnglish, t } from "../messages/translate.ts";
import { authorNameIn } from "../room/room-names.ts";
import { useRoom } from "../room/room-context.ts";

addEnglish(attention);

export function MutedRow({ author, children }: {
  readonly author: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  const { state } = useRoom();
  const [isShown, setShown] = useState(false);
  const name = authorNameIn(state.value, author);
  return (
    <>
      <div class="aside-line muted-line" data-muted={author}>
        <span>{t("attention.muted-line", { name })}</span>
        <button
          type="button"
          class="link-button"
          aria-expanded={isShown}
          aria-label={isShown ? t("attention.hide-of", { name }) : t("attention.show-of", { name })}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? t("aside.hide") : t("aside.show")}
        </button>
      </div>
      {isShown && children}
    </>
  );
}
