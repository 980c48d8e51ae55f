/** "Check this device": asks ready-made personas once and shows how long each took. */

import "../room/side-text.ts";
import "./models-text.ts";
import "./check-text.ts";
import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { readyMadeSix } from "#shared/personas/mod.ts";
import { smokeBudgets } from "#shared/turns/mod.ts";
import { createBrowserClock } from "../../adapters/browser-clock.ts";
import {
  checkDevice,
  type CheckedPersona,
  type CheckReport,
  reportToJson,
} from "../../client/device-check.ts";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { hueProps } from "../parts/avatar.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { formatDuration } from "../parts/format.ts";
import { Icon } from "../parts/icon.tsx";
import { routeToHash } from "../route.ts";
import { ANY_MODEL } from "../start/ready-made.ts";
import { describeCheck } from "./check-words.ts";

const PERSONAS_MAX = readyMadeSix.length;

type Phase =
  | { readonly phase: "idle" }
  | { readonly phase: "running"; readonly stop: AbortController }
  | { readonly phase: "done"; readonly report: CheckReport };

export function DeviceCheck(): JSX.Element {
  const { now, run } = useCheck();
  const [count, setCount] = useState(PERSONAS_MAX);
  const id = useId();
  const first = formatDuration(smokeBudgets.firstMsMax);
  const all = formatDuration(smokeBudgets.allMsMax);
  const isRunning = now.phase === "running";
  return (
    <section class="panel" aria-label={t("check.title")} data-check={now.phase}>
      <h2>{t("check.title")}</h2>
      <p class="hint">{t("check.lead", { first, all })}</p>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isRunning) void run(count);
        }}
      >
        <div class="field">
          <label for={id}>{t("check.count", { max: PERSONAS_MAX })}</label>
          <input
            id={id}
            class="input check-number"
            type="number"
            required
            min={1}
            max={PERSONAS_MAX}
            value={count}
            disabled={isRunning}
            onInput={(event) => setCount(event.currentTarget.valueAsNumber)}
          />
        </div>
        <div class="row-buttons">
          <button type="submit" class="button button-key" disabled={isRunning}>
            {t("check.run")}
          </button>
          {isRunning && (
            <button
              type="button"
              class="button"
              onClick={() => now.stop.abort("cancelled")}
            >
              {t("models.cancel")}
            </button>
          )}
        </div>
      </form>
      <div class="stack" role="status">
        {isRunning && <p>{t("check.running")}</p>}
        {now.phase === "done" && <Verdict report={now.report} />}
      </div>
      {now.phase === "done" && <Details report={now.report} />}
    </section>
  );
}

/** One check at a time; leaving the screen ends it. */
function useCheck(): { readonly now: Phase; readonly run: (count: number) => Promise<void> } {
  const { client } = useApp();
  const [now, setNow] = useState<Phase>({ phase: "idle" });
  const running = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => running.current?.abort("left the screen"), []);
  const run = async (count: number): Promise<void> => {
    const stop = new AbortController();
    running.current = stop;
    setNow({ phase: "running", stop });
    const personas = readyMadeSix.slice(0, count)
      .map((card) => ({ card, requirement: ANY_MODEL }));
    const request = { roomName: t("check.room"), question: t("check.question"), personas };
    try {
      const report = await checkDevice(client, createBrowserClock(), request, stop.signal);
      setNow({ phase: "done", report });
    } catch (error) {
      // Cancelled by the person; anything else is a defect and not for this place.
      if (!stop.signal.aborted) throw error;
      setNow({ phase: "idle" });
    }
  };
  return { now, run };
}

function Verdict({ report }: { readonly report: CheckReport }): JSX.Element {
  const isOk = report.bucket === "ok";
  return (
    <div class={isOk ? "note note-good" : "note note-bad"}>
      <Icon name={isOk ? "check" : "warn"} />
      <div class="note-text">
        <p>{describeCheck(report)}</p>
        <code class="check-bucket" data-bucket={report.bucket}>{report.bucket}</code>
      </div>
    </div>
  );
}

function Details({ report }: { readonly report: CheckReport }): JSX.Element {
  const { roomId, personas, budgets } = report;
  return (
    <>
      {personas.length > 0 && (
        <div class="table-box check-table" role="region" aria-label={t("check.table")} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t("turn.persona")}</th>
                <th scope="col">{t("turn.outcome")}</th>
                <th scope="col">{t("check.settled")}</th>
              </tr>
            </thead>
            <tbody>
              {personas.map((one) => (
                <Row key={one.persona} one={one} allMsMax={budgets.allMsMax} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div class="row-buttons">
        <CopyButton text={reportToJson(report)} label={t("check.copy")} />
        {roomId !== undefined && (
          <a href={routeToHash({ kind: "room", roomId })}>{t("check.open-room")}</a>
        )}
      </div>
    </>
  );
}

function Row({ one, allMsMax }: {
  readonly one: CheckedPersona;
  readonly allMsMax: number;
}): JSX.Element {
  const share = Math.min(1, (one.settledMs ?? allMsMax) / allMsMax);
  const { style, ...hue } = hueProps(one.hue);
  return (
    <tr {...hue} style={{ ...style, "--share": String(share) }}>
      <th scope="row">{one.name}</th>
      <td>{t(`turn.outcome-${one.outcome}`)}</td>
      <td class="check-time">
        {one.settledMs === undefined ? "–" : formatDuration(one.settledMs)}
        <span class="check-bar" aria-hidden="true" />
      </td>
    </tr>
  );
}
