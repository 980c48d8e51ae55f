/** What of a card the model will read, and what stays in its file. */

import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { PersonaProposal } from "#shared/personas/mod.ts";
import { t } from "../messages/translate.ts";
import { leftOutWords, loreWords, noticeWords, partWords } from "./card-words.ts";

export function CardReport({ proposal }: { readonly proposal: PersonaProposal }): JSX.Element {
  const { card, enters, leftOut, notices } = proposal;
  const entering = [
    ...enters.map(({ field, chars }) => partWords(field, chars)),
    ...card.lore === undefined ? [] : [loreWords(card.lore)],
  ];
  return (
    <div class="card-report">
      {notices.map((notice, index) => (
        <p key={index} class="note warn" dir="auto">{noticeWords(notice)}</p>
      ))}
      <Listing title={t("cards.enters")} items={entering} />
      {leftOut.length > 0 && (
        <Listing
          title={t("cards.stays")}
          hint={t("cards.stays-hint")}
          items={leftOut.map(leftOutWords)}
        />
      )}
    </div>
  );
}

function Listing({ title, hint, items }: {
  readonly title: string;
  readonly hint?: string;
  readonly items: readonly string[];
}): JSX.Element {
  const id = useId();
  return (
    <div>
      <h3 id={id}>{title}</h3>
      <ul aria-labelledby={id}>
        {items.map((item) => <li key={item} dir="auto">{item}</li>)}
      </ul>
      {hint !== undefined && <p class="hint">{hint}</p>}
    </div>
  );
}
