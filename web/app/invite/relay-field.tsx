/** Asks for another relay than the page's own; folded until somebody wants one (SY288). */

import "./invite-text.ts";
import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { t } from "../messages/translate.ts";

/** An address of any length is refused by what reads it; longer ones than this are no address. */
const ADDRESS_CHARS_MAX = 300;

export function RelayField({ relay, onRelay, isWrong, tries }: {
  readonly relay: string;
  readonly onRelay: (relay: string) => void;
  readonly isWrong: boolean;
  /** How often it was tried to share; after each a wrong address is shown, also a folded one. */
  readonly tries: number;
}): JSX.Element {
  const id = useId();
  const [isOpen, setOpen] = useState(relay !== "");
  const fold = useRef<HTMLDetailsElement>(null);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!isWrong || fold.current === null) return;
    fold.current.open = true; // At once: what is folded takes no focus.
    box.current?.focus();
  }, [tries]);
  return (
    <details
      ref={fold}
      class="relay-choice"
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{t("invite.relay-other")}</summary>
      <div class="field">
        <label for={id}>{t("invite.relay")}</label>
        <input
          ref={box}
          id={id}
          class="input"
          type="text"
          inputMode="url"
          dir="ltr"
          autocomplete="off"
          spellcheck={false}
          placeholder="relay.example"
          maxLength={ADDRESS_CHARS_MAX}
          value={relay}
          aria-invalid={isWrong}
          aria-describedby={isWrong ? `${id}-bad ${id}-hint` : `${id}-hint`}
          onInput={(event) => onRelay(event.currentTarget.value)}
        />
        {isWrong && <p class="hint bad" id={`${id}-bad`}>{t("invite.relay-wrong")}</p>}
        <p class="hint" id={`${id}-hint`}>
          {t("invite.relay-hint", { own: location.host, page: location.origin })}
        </p>
      </div>
    </details>
  );
}
