/** Everything that was asked of a session, and how far each piece of it came. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { SessionSnapshot } from "#shared/session/mod.ts";
import { t } from "../messages/translate.ts";
import { formatSeconds } from "./format-seconds.ts";
import { Prose } from "./prose.tsx";
import { useSession } from "./session-context.ts";
import { originWords, reasonWords, workText, workWords } from "./session-words.ts";

type Input = SessionSnapshot["inputs"][number];

/** Pieces of work in sight at first, and per press of "more". */
const PAGE = 30;

export function WorkPanel(): JSX.Element {
  const { name, snapshot } = useSession();
  const shown = useSignal(PAGE);
  const inputs = snapshot.value.inputs.toSorted((a, b) =>
    isLive(b) - isLive(a) ||
    b.order - a.order
  );
  if (inputs.length === 0) {
    return (
      <div class="insp-empty">
        <h3>{t("work.empty")}</h3>
        <p>{t("work.empty-text", { name })}</p>
      </div>
    );
  }
  return (
    <>
      <ul class="insp-list">
        {inputs.slice(0, shown.value).map((input) => <Work key={input.id} input={input} />)}
      </ul>
      {inputs.length > shown.value && (
        <button
          type="button"
          class="button"
          onClick={() => {
            shown.value += PAGE;
          }}
        >
          {t("work.more")}
        </button>
      )}
    </>
  );
}

const isLive = ({ phase }: Input): number => phase === "queued" || phase === "staged" ? 1 : 0;

function Work({ input }: { readonly input: Input }): JSX.Element {
  const { phase, moves, reason, stagedCount, partialText } = input;
  const text = workText(input);
  return (
    <li class="insp-item" data-input={input.id} data-phase={phase}>
      <div class="insp-item-head">
        <b>{workWords(input)}</b>
        <span class={`tag ${phase === "staged" ? "tag-key" : ""}`}>{t(`phase.${phase}`)}</span>
      </div>
      {text !== undefined && <Prose text={text} />}
      <p class="hint">
        {originWords(input)} · {formatSeconds(input.createdAt)}
        {stagedCount > 1 && ` · ${t("work.tries", { count: stagedCount })}`}
      </p>
      {reason !== undefined && <p class="hint">{t("work.why", { reason: reasonWords(reason) })}</p>}
      {partialText !== "" && (
        <details class="slog-fold">
          <summary>{t("work.partial")}</summary>
          <Prose text={partialText} isPersona />
        </details>
      )}
      {moves.length > 0 && (
        <details class="slog-fold">
          <summary>{t("work.moves")}</summary>
          <ol class="insp-moves">
            {moves.map((move, index) => (
              <li key={index}>
                <time>{formatSeconds(move.at)}</time>
                <span>
                  {t(`phase.${move.from}`)} → {t(`phase.${move.to}`)}
                  {move.reason !== undefined && ` (${reasonWords(move.reason)})`}
                </span>
              </li>
            ))}
          </ol>
        </details>
      )}
    </li>
  );
}
