/** The fields of a card, with what is left of each limit. */

import "../models/models-text.ts";
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { Card } from "#shared/protocol/mod.ts";
import { plural, t } from "../messages/translate.ts";
import { Avatar, hueProps } from "../parts/avatar.tsx";
import { cleanName } from "../text/clean-name.ts";
import { PlainText } from "../text/plain-text.tsx";
import { cardProblems, charsLeft, promptLine, type TextField } from "./card-draft.ts";

interface Props {
  readonly card: Card;
  readonly onChange: (card: Card) => void;
  /** Problems are told once saving was tried. */
  readonly tried: boolean;
  readonly readOnly?: boolean;
}

export function CardFields({ card, onChange, tried, readOnly = false }: Props): JSX.Element {
  const problems = tried ? cardProblems(card) : {};
  const shared = { card, onChange, readOnly, problems };
  return (
    <>
      <div class="card-top">
        <Avatar name={card.name === "" ? "?" : cleanName(card.name)} hue={card.hue} size="l" />
        <TextBox field="name" label={t("persona.name")} {...shared} />
      </div>
      <TextBox
        field="gist"
        label={t("persona.gist")}
        hint={t("persona.gist-hint")}
        rows={2}
        {...shared}
      />
      <Preview card={card} />
      <HueSlider card={card} onChange={onChange} readOnly={readOnly} />
      <TextBox
        field="description"
        label={t("persona.description")}
        hint={t("persona.description-hint")}
        rows={4}
        {...shared}
      />
      <TextBox field="greeting" label={t("persona.greeting")} rows={2} {...shared} />
    </>
  );
}

function TextBox({ field, label, hint, rows, card, onChange, readOnly, problems }: {
  readonly field: TextField;
  readonly label: string;
  readonly hint?: string;
  /** One line without it. */
  readonly rows?: number;
  readonly card: Card;
  readonly onChange: (card: Card) => void;
  readonly readOnly: boolean;
  readonly problems: ReturnType<typeof cardProblems>;
}): JSX.Element {
  const id = useId();
  const left = charsLeft(field, card[field]);
  const problem = problems[field];
  const input = {
    id,
    class: "input",
    dir: "auto" as const,
    readOnly,
    value: card[field],
    "aria-invalid": problem !== undefined || left < 0,
    "aria-describedby": `${id}-hint`,
    onInput: (event: { currentTarget: { value: string } }) =>
      onChange({ ...card, [field]: event.currentTarget.value }),
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {rows === undefined
        ? <input type="text" autocomplete="off" {...input} />
        : <textarea rows={rows} {...input} />}
      <p class="hint" id={`${id}-hint`}>
        {problem !== undefined && <span class="bad">{t(problem as "persona.too-long")}{" "}</span>}
        {hint !== undefined && <span>{hint}{" "}</span>}
        <span class={left < 0 ? "counter bad" : "counter"}>
          {left < 0 ? plural("limit.over", -left) : plural("limit.left", left)}
        </span>
      </p>
    </div>
  );
}

/** What enters the prompt, so that nobody wonders what a model was told. */
function Preview({ card }: { readonly card: Card }): JSX.Element {
  const line = promptLine(card);
  return (
    <figure class="prompt-preview" {...hueProps(card.hue)}>
      <figcaption>{t("persona.preview")}</figcaption>
      <p dir="auto">
        <PlainText text={line === "" ? t("persona.preview-empty") : line} />
      </p>
    </figure>
  );
}

function HueSlider({ card, onChange, readOnly }: {
  readonly card: Card;
  readonly onChange: (card: Card) => void;
  readonly readOnly: boolean;
}): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{t("persona.hue")}</label>
      <input
        id={id}
        class="hue-slider"
        type="range"
        min={0}
        max={359}
        step={5}
        value={card.hue}
        disabled={readOnly}
        aria-valuetext={t("persona.hue-value", { degrees: card.hue })}
        {...hueProps(card.hue)}
        onInput={(event) => onChange({ ...card, hue: Number(event.currentTarget.value) })}
      />
    </div>
  );
}
