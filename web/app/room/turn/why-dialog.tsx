/** "Why did she speak": the reason, the turn's picture, and the facts of one answer. */

import "../side-text.ts";
import type { JSX } from "preact";
import { attemptLeftFor, type AttemptState } from "#shared/room/mod.ts";
import { planOf } from "#shared/turns/mod.ts";
import { useApp } from "../../app-context.ts";
import { formatNumber, t } from "../../messages/translate.ts";
import { laneName, modelName } from "../../models/model-names.ts";
import { formatDuration, formatTime } from "../../parts/format.ts";
import { Modal } from "../../parts/modal.tsx";
import { hostName, personaName } from "../room-names.ts";
import { dropBidi } from "../../text/bidi.ts";
import { useRoom } from "../room-context.ts";
import { TurnView } from "./turn-view.tsx";
import { explainChoice, explainLeftOut, explainPlace } from "./why.ts";

export function WhyDialog({ turn: seq, persona, onClose }: {
  readonly turn: number;
  readonly persona: string;
  readonly onClose: () => void;
}): JSX.Element | null {
  const { state } = useRoom();
  const turn = state.value.turns.get(seq);
  if (turn === undefined) return null;
  const entry = turn.entries.find((each) => each.persona === persona);
  const shown = entry?.attempts.find(({ attempt }) => attempt === entry.picked) ?? entry?.settled ??
    entry?.attempts.at(-1);
  return (
    <Modal
      title={t("why.title", { name: personaName(state.value, persona) })}
      kind="wide"
      onClose={onClose}
    >
      <p class="why-reason">{explainChoice(state.value, turn, persona)}</p>
      <Reasons title={t("why.not-title")} lines={explainLeftOut(state.value, turn)} />
      <h3>{t("turn.title-older", { time: formatTime(turn.openedAt) })}</h3>
      <TurnView turn={turn} />
      <Reasons
        title={t("why.plan-title")}
        lines={explainPlace(state.value, planOf(state.value, seq), persona)}
      />
      {shown !== undefined && (
        <Facts attempt={shown} leftFor={attemptLeftFor(state.value, turn, persona, shown)} />
      )}
    </Modal>
  );
}

function Reasons({ title, lines }: {
  readonly title: string;
  readonly lines: readonly string[];
}): JSX.Element | null {
  if (lines.length === 0) return null;
  return (
    <section class="reasons-part">
      <h3>{title}</h3>
      <ul class="reasons">{lines.map((line) => <li key={line}>{line}</li>)}</ul>
    </section>
  );
}

function Facts({ attempt, leftFor }: {
  readonly attempt: AttemptState;
  readonly leftFor: string | undefined;
}): JSX.Element {
  const app = useApp();
  const { state, ownDevice } = useRoom();
  const { usage, times, modelId, lane } = attempt;
  const unknown = t("why.unknown");
  const facts: readonly (readonly [string, string])[] = [
    [
      t("why.model"),
      modelId === undefined ? unknown : modelName(app.part.models.value, modelId),
    ],
    [t("why.lane"), lane === undefined ? unknown : laneName(lane)],
    [t("why.device"), hostName(state.value, attempt.device, ownDevice.value)],
    ...(leftFor === undefined ? [] : [[t("place.left"), dropBidi(leftFor)] as const]),
    ...(usage === undefined ? [] : usageFacts(usage)),
    ...(times === undefined ? [] : [
      [t("why.waited"), formatDuration(times.queuedMs)] as const,
      [t("why.first-word"), formatDuration(times.firstTextMs)] as const,
      [t("why.whole"), formatDuration(times.finishedMs)] as const,
    ]),
    [t("why.attempt"), formatNumber(attempt.attempt + 1)],
    ...(attempt.seenSeq === undefined ? [] : [
      [t("why.seen"), t("why.seen-value", { seq: formatNumber(attempt.seenSeq) })] as const,
    ]),
  ];
  return (
    <>
      <h3>{t("why.facts")}</h3>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function usageFacts(usage: NonNullable<AttemptState["usage"]>) {
  const seconds = usage.decodeMs / 1000;
  const speed = seconds > 0 ? usage.generatedTokens / seconds : 0;
  return [
    [
      t("why.prompt"),
      t("why.prompt-value", {
        tokens: formatNumber(usage.promptTokens),
        cached: formatNumber(usage.cachedTokens),
      }),
    ],
    [
      t("why.generated"),
      t("why.generated-value", {
        tokens: formatNumber(usage.generatedTokens),
        speed: formatNumber(Math.round(speed * 10) / 10),
      }),
    ],
  ] as const;
}
