/** One row of the log, whatever its kind. */

import type { JSX } from "preact";
import { useApp } from "../../app-context.ts";
import { plural, t } from "../../messages/translate.ts";
import { hueProps } from "../../parts/avatar.tsx";
import { Detail } from "../../parts/detail.tsx";
import { formatDay } from "../../parts/format.ts";
import type { RunningAttempt } from "../../../client/app-client.ts";
import { personaHue, personaName } from "../room-names.ts";
import { useRoom } from "../room-context.ts";
import { BringBack } from "../talk/talk-parts.tsx";
import { isChoice } from "../turn/choice.ts";
import type { QuietRow, Row } from "./log-rows.ts";
import { isMuted } from "../../attention/attention.ts";
import { lazyInstead, lazyPart } from "../../parts/lazy.tsx";
import { describeChoice, describeOutcome } from "./outcome-line.ts";
import { describeWait } from "./waiting-line.ts";
import { QuietWords } from "./quiet-words.tsx";
import { PersonMessage } from "./person-message.tsx";
import { PersonaMessage } from "./persona-message.tsx";

const NoHostWords = lazyInstead(
  async () => (await import("./no-host-words.tsx")).NoHostWords,
  ({ line }) => <QuietWords text={line.text} advice={line.advice} />,
);

const MutedRow = lazyPart(async () => (await import("../../attention/muted-row.tsx")).MutedRow);

export function RowView({ row }: { readonly row: Row }): JSX.Element {
  switch (row.kind) {
    case "day":
      return (
        <h2 class="day">
          <span>{formatDay(row.atMs, Date.now())}</span>
        </h2>
      );
    case "person":
      return foldMuted(row.author, <PersonMessage row={row} />);
    case "persona":
      return foldMuted(row.persona, <PersonaMessage row={row} />);
    case "quiet":
      return <QuietLine row={row} />;
    case "waiting":
      return <WaitingLine {...row.running} />;
    case "choosing":
      return <ChoosingLine {...row.running} />;
    case "aside":
      return <AsideLine rowKey={row.key} {...row} />;
  }
}

/** SY254 */
function foldMuted(author: string, whole: JSX.Element): JSX.Element {
  const isFolded = isMuted(useApp().attention.value, useRoom().roomId, author);
  return isFolded ? <MutedRow author={author}>{whole}</MutedRow> : whole;
}

function QuietLine({ row }: { readonly row: QuietRow }): JSX.Element | null {
  const app = useApp();
  const { roomId, state, canWrite } = useRoom();
  const { turn, persona, attempt } = row;
  const nameOf = (id: string): string => personaName(state.value, id);
  const describe = isChoice(state.value, turn) ? describeChoice : describeOutcome;
  const line = describe(attempt.outcome, persona, nameOf);
  if (line === undefined) return null;
  const { outcome } = attempt;
  const hasNoHost = outcome.kind === "deferred" && outcome.reason === "no-host" && line.again;
  return (
    <div
      class={`quiet quiet-${line.tone} ${row.aside ? "aside" : ""}`}
      {...hueProps(personaHue(state.value, persona))}
      data-outcome={attempt.outcome.kind}
      data-turn={turn}
      data-persona={persona}
    >
      <i class="dot" aria-hidden="true" />
      <span class="quiet-text">
        {hasNoHost
          ? <NoHostWords persona={persona} line={line} />
          : <QuietWords text={line.text} advice={line.advice} />}
        {line.openModels && (
          <>
            {" "}
            <a href="#/models">{t("out.open-models")}</a>
          </>
        )} {line.again && !row.aside && canWrite.value && (
          <button
            type="button"
            class="quiet-again"
            data-deed="again"
            onClick={() => void app.act({ kind: "again", roomId, turn, persona })}
          >
            {t("msg.again")}
          </button>
        )}
        {line.detail !== "" && <Detail text={line.detail} />}
      </span>
    </div>
  );
}

function WaitingLine({ persona, turn, waits }: RunningAttempt) {
  const { state } = useRoom();
  return (
    <div
      class="quiet quiet-waiting"
      {...hueProps(personaHue(state.value, persona))}
      data-outcome="queued"
      data-turn={turn}
      data-persona={persona}
      data-waits={waits?.kind}
    >
      <i class="dot" aria-hidden="true" />
      <span class="quiet-text">
        {describeWait(waits, personaName(state.value, persona), isChoice(state.value, turn))}
      </span>
    </div>
  );
}

/** Under way, a choice is a line where its outcome will stand: nothing of it is an answer. */
function ChoosingLine({ persona, turn, phase }: RunningAttempt) {
  const { state } = useRoom();
  const name = personaName(state.value, persona);
  return (
    <div
      class="quiet quiet-waiting quiet-live"
      {...hueProps(personaHue(state.value, persona))}
      data-outcome="choosing"
      data-turn={turn}
      data-persona={persona}
      data-phase={phase}
    >
      <i class="dot" aria-hidden="true" />
      <span class="quiet-text">
        {phase === "restarting"
          ? t("run.restarting-choice", { name })
          : t("run.choosing", { name })}
      </span>
    </div>
  );
}

function AsideLine({ rowKey, count, open, isEnd }: {
  readonly rowKey: string;
  readonly count: number;
  readonly open: boolean;
  readonly isEnd: boolean;
}): JSX.Element {
  const { openAsides } = useRoom();
  const toggle = (): void => {
    const next = new Set(openAsides.value);
    if (open) next.delete(rowKey);
    else next.add(rowKey);
    openAsides.value = next;
  };
  return (
    <div class="aside-line">
      <span>{plural("aside.count", count)}</span>
      <button type="button" class="link-button" aria-expanded={open} onClick={toggle}>
        {open ? t("aside.hide") : t("aside.show")}
      </button>
      {isEnd && <BringBack />}
    </div>
  );
}
