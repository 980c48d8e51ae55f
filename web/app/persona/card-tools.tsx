/** Import and export of a persona as a card file; arrives on its own when the dialog opens. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { err } from "#shared/base/mod.ts";
import type { CardFormat, PersonaProposal } from "#shared/personas/mod.ts";
import type { Card } from "#shared/protocol/mod.ts";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { FileDrop } from "../parts/file-drop.tsx";
import { offerFile } from "../parts/offer-file.ts";
import { dropBidi } from "../text/bidi.ts";
import { cleanName } from "../text/clean-name.ts";
import { exportCard } from "./card-export.ts";
import { CardReport } from "./card-report.tsx";
import { describeCardError, loreWords } from "./card-words.ts";

/** What a card was imported from. */
export interface ReadFile {
  readonly file: File;
  /** The whole of it. */
  readonly bytes: Uint8Array;
}

interface Props {
  readonly card: Card;
  /** Undefined for one that is not in the room yet. */
  readonly persona: string | undefined;
  readonly readOnly: boolean;
  /** A file that is read at once. */
  readonly first?: File | undefined;
  /** `from`: undefined when the card was changed by hand. */
  readonly onChange: (card: Card, from?: ReadFile) => void;
  /** The card is about to be replaced, or no longer. */
  readonly onReading: (isReading: boolean) => void;
}

type Imported =
  | { readonly phase: "none" | "reading" }
  | { readonly phase: "failed"; readonly why: string }
  | { readonly phase: "read"; readonly from: string; readonly proposal: PersonaProposal };

const FORMATS: readonly CardFormat[] = ["json", "png", "charx"];

export function CardTools(props: Props): JSX.Element {
  const { card, persona, readOnly, first, onChange, onReading } = props;
  return (
    <>
      {!readOnly && (
        <CardImport hue={card.hue} first={first} onChange={onChange} onReading={onReading} />
      )}
      {card.lore !== undefined && (
        <div class="card-lore">
          <p class="hint">{t("cards.lore-kept", { entries: loreWords(card.lore) })}</p>
          {!readOnly && (
            <button
              type="button"
              class="button"
              onClick={() => onChange(withoutLore(card))}
            >
              {t("cards.lore-remove")}
            </button>
          )}
        </div>
      )}
      {persona !== undefined && <CardExport card={card} persona={persona} />}
    </>
  );
}

function CardImport(
  { hue, first, onChange, onReading }: Pick<Props, "first" | "onChange" | "onReading"> & {
    readonly hue: number;
  },
) {
  const [imported, setImported] = useState<Imported>({ phase: "none" });
  const { client } = useApp();
  const current = useRef(new AbortController());
  const read = async (file: File): Promise<void> => {
    // Another file was chosen: it is the one.
    current.current.abort();
    const { signal } = current.current = new AbortController();
    setImported({ phase: "reading" });
    onReading(true);
    const result = await client.readCard({ file, hue }, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      // Its code did not come.
      return err({ kind: "card-reader-lost" as const, detail: String(error) });
    });
    onReading(false);
    if (!result.ok) return setImported({ phase: "failed", why: describeCardError(result.error) });
    const { proposal, bytes } = result.value;
    onChange(proposal.card, { file, bytes });
    setImported({ phase: "read", from: file.name, proposal });
  };
  /** Whoever chose another file, or closed the dialog, needs no answer. */
  const take = (file: File): void => {
    read(file).catch((error: unknown) => {
      if (!(error instanceof DOMException && error.name === "AbortError")) throw error;
    });
  };
  useEffect(() => () => current.current.abort(), []);
  useEffect(() => {
    if (first !== undefined) take(first);
  }, []);
  return (
    <FileDrop
      label={t("cards.import")}
      hint={t("cards.import-hint")}
      dropHint={t("cards.drop")}
      accept=".png,.json,.charx,.apng,image/png,application/json"
      status={statusWords(imported)}
      isBad={imported.phase === "failed"}
      onFile={take}
    >
      {imported.phase === "read" && <CardReport proposal={imported.proposal} />}
    </FileDrop>
  );
}

function statusWords(imported: Imported): string {
  switch (imported.phase) {
    case "none":
      return "";
    case "reading":
      return t("cards.reading");
    case "failed":
      return imported.why;
    case "read": {
      const { name } = imported.proposal.card;
      const file = dropBidi(imported.from);
      return name === ""
        ? t("cards.read-nameless", { file })
        : t("cards.read", { name: cleanName(name), file });
    }
  }
}

function CardExport({ card, persona }: { readonly card: Card; readonly persona: string }) {
  const [told, setTold] = useState("");
  const closing = useRef(new AbortController());
  useEffect(() => () => closing.current.abort(), []);
  const save = async (format: CardFormat): Promise<void> => {
    const exported = await exportCard(card, persona, format, closing.current.signal);
    if (!exported.ok) {
      const { error } = exported;
      return setTold(
        error.kind === "no-picture" ? t("cards.no-picture") : describeCardError(error),
      );
    }
    const { bytes, fileName, type, hasOriginal } = exported.value;
    offerFile(fileName, bytes, type);
    const values = { name: cleanName(card.name), file: fileName };
    setTold(hasOriginal ? t("cards.exported", values) : t("cards.exported-room", values));
  };
  return (
    <section class="card-export" aria-label={t("cards.export", { name: cleanName(card.name) })}>
      {FORMATS.map((format) => (
        <button
          key={format}
          type="button"
          class="button"
          onClick={() => {
            // Closing the dialog ends the wait: nobody is there to be told.
            void save(format).catch((error: unknown) => {
              if (!closing.current.signal.aborted) throw error;
            });
          }}
        >
          {t(`cards.export-${format}`)}
        </button>
      ))}
      <p role="status" class="hint">{told}</p>
    </section>
  );
}

function withoutLore({ name, gist, description, greeting, hue }: Card): Card {
  return { name, gist, description, greeting, hue };
}
