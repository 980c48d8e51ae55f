/** A turn as chart, verdict and table; live while it runs. */

import "../side-text.ts";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { TurnState } from "#shared/room/mod.ts";
import { planOf, turnResult } from "#shared/turns/mod.ts";
import { formatList, formatNumber, t } from "../../messages/translate.ts";
import { nowMs } from "../../parts/clock.ts";
import { formatDuration } from "../../parts/format.ts";
import { deviceName, personaHue, personaName } from "../room-names.ts";
import { useRoom } from "../room-context.ts";
import { layTimeline, notePhases, type PhaseLog, type Timeline } from "./timeline-geometry.ts";
import { sumTokens, type TokenRow, tokensOf } from "./turn-tokens.ts";
import { TurnChart } from "./turn-chart.tsx";
import { describeChoiceVerdict, describeVerdict } from "./turn-verdict.ts";
import { explainOpening } from "./why.ts";

/** The newest turn of the room. */
export function ThisTurn(): JSX.Element {
  const { state } = useRoom();
  const turn = newestTurn(state.value.turns);
  return (
    <section class="side-part" aria-label={t("turn.title")}>
      <h2>{t("turn.title")}</h2>
      {turn === undefined ? <p class="hint">{t("turn.none")}</p> : <TurnView turn={turn} />}
    </section>
  );
}

export function TurnView({ turn }: { readonly turn: TurnState }): JSX.Element {
  const { view, state } = useRoom();
  const phases = useRef<PhaseLog>(new Map());
  const running = view.value.running.filter((attempt) => attempt.turn === turn.turn);
  phases.current = notePhases(phases.current, running);
  const plan = planOf(state.value, turn.turn);
  const result = turnResult(turn);
  const timeline = layTimeline({
    turn,
    plan,
    result,
    running,
    phases: phases.current,
    // Read only while something runs: a settled turn does not tick.
    nowMs: running.length > 0 ? nowMs.value : 0,
  });
  const nameOf = (persona: string): string => personaName(state.value, persona);
  const names = { persona: nameOf, device: (id: string) => deviceName(state.value, id) };
  const chooser = turn.vote === undefined ? undefined : turn.entries[0]?.persona;
  const verdict = chooser === undefined
    ? describeVerdict(result, names)
    : describeChoiceVerdict(result, chooser, names);
  const note = explainOpening(state.value, turn);
  const homeless = plan?.withoutHostPersonaIds ?? [];
  return (
    <div class="turn">
      <TurnChart
        timeline={timeline}
        label={t("turn.chart", { verdict: verdict.text })}
        nameOf={nameOf}
        hueOf={(persona) => personaHue(state.value, persona)}
      />
      <Legend />
      {note !== undefined && <p class="turn-note">{note}</p>}
      <p class={`verdict verdict-${verdict.tone}`}>{verdict.text}</p>
      {verdict.divergences.map((line) => <p key={line} class="divergence">{line}</p>)}
      {homeless.length > 0 && (
        <p class="divergence">{t("turn.no-host", { names: formatList(homeless.map(nameOf)) })}</p>
      )}
      <details class="turn-details">
        <summary>{t("turn.as-table")}</summary>
        <TurnTable timeline={timeline} nameOf={nameOf} />
        <TokenTable tokens={tokensOf(turn)} nameOf={nameOf} />
        <p class="hint">{t("turn.scale-note")}</p>
      </details>
    </div>
  );
}

function Legend(): JSX.Element {
  return (
    <ul class="legend" aria-hidden="true">
      <li class="legend-queue">{t("turn.queue")}</li>
      <li class="legend-prefill">{t("turn.prefill")}</li>
      <li class="legend-generate">{t("turn.generate")}</li>
      <li class="legend-plan">{t("turn.plan")}</li>
    </ul>
  );
}

function TurnTable({ timeline, nameOf }: {
  readonly timeline: Timeline;
  readonly nameOf: (persona: string) => string;
}): JSX.Element {
  const time = (ms: number | undefined): string => ms === undefined ? "–" : formatDuration(ms);
  return (
    <div class="table-box" role="region" aria-label={t("turn.table")} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("turn.persona")}</th>
            <th scope="col">{t("turn.outcome")}</th>
            <th scope="col">{t("turn.col-queue")}</th>
            <th scope="col">{t("turn.col-first")}</th>
            <th scope="col">{t("turn.col-end")}</th>
            <th scope="col">{t("turn.col-plan")}</th>
          </tr>
        </thead>
        <tbody>
          {timeline.rows.map((row) => (
            <tr key={row.persona}>
              <th scope="row">{nameOf(row.persona)}</th>
              <td>{t(`turn.outcome-${row.outcome}`)}</td>
              <td>{time(row.queuedMs)}</td>
              <td>{time(row.firstTextMs)}</td>
              <td>{time(row.finishedMs)}</td>
              <td>{time(row.plan?.toMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** SY258 */
function TokenTable({ tokens, nameOf }: {
  readonly tokens: ReadonlyMap<string, TokenRow>;
  readonly nameOf: (persona: string) => string;
}): JSX.Element {
  const cells = ({ expected, computed, remembered, made }: TokenRow): JSX.Element[] =>
    [expected, computed, remembered, made].map((count, index) => (
      <td key={index}>{count === undefined ? "–" : formatNumber(count)}</td>
    ));
  return (
    <div class="table-box" role="region" aria-label={t("turn.tokens")} tabIndex={0}>
      <table>
        <caption>{t("turn.tokens")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("turn.persona")}</th>
            <th scope="col">{t("turn.col-expected")}</th>
            <th scope="col">{t("turn.col-computed")}</th>
            <th scope="col">{t("turn.col-remembered")}</th>
            <th scope="col">{t("turn.col-made")}</th>
          </tr>
        </thead>
        <tbody>
          {[...tokens].map(([persona, row]) => (
            <tr key={persona}>
              <th scope="row">{nameOf(persona)}</th>
              {cells(row)}
            </tr>
          ))}
        </tbody>
        {tokens.size > 1 && (
          <tfoot>
            <tr>
              <th scope="row">{t("turn.together")}</th>
              {cells(sumTokens(tokens.values()))}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

/**
 * Follow-ups belong to what the person said, but each turn has its own plan: the newest is shown.
 */
function newestTurn(turns: ReadonlyMap<number, TurnState>): TurnState | undefined {
  let newest: TurnState | undefined;
  for (const turn of turns.values()) {
    if (newest === undefined || turn.turn > newest.turn) newest = turn;
  }
  return newest;
}
