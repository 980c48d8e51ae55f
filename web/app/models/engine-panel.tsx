/** The engine: where it runs, what it does, what failed, and that nothing was lost. */

import type { JSX } from "preact";
import { useApp } from "../app-context.ts";
import { formatNumber, t } from "../messages/translate.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { formatDuration, formatTime } from "../parts/format.ts";
import type { EngineView } from "../../client/app-client.ts";
import { describeBytes, describeEngine, laneLong, progressShare } from "./engine-words.ts";
import { modelName } from "./model-names.ts";
import { ProgressBar } from "./progress-bar.tsx";

export function EnginePanel(): JSX.Element {
  const app = useApp();
  const engine = app.part.engine.value;
  const words = describeEngine(engine);
  return (
    <section class="panel" aria-label={t("engine.title")} data-engine={engine.phase}>
      <header class="panel-head">
        <h2>{t("engine.title")}</h2>
        <span class="engine-state" role="status">
          <span class={`engine-light engine-light-${words.tone}`} aria-hidden="true" />
          {words.text}
        </span>
      </header>
      <PhaseBody engine={engine} />
      <dl class="facts">
        <Fact
          name={t("engine.model")}
          value={modelName(app.part.models.value, engine.modelId)}
        />
        {engine.phase === "ready" && <ReadyFacts engine={engine} />}
        <Fact name={t("engine.generation")} value={formatNumber(engine.generation)} />
      </dl>
      <RestartHistory engine={engine} />
    </section>
  );
}

function PhaseBody({ engine }: { readonly engine: EngineView }): JSX.Element | null {
  const app = useApp();
  const retry = (
    <button
      type="button"
      class="button button-key"
      onClick={() => void app.act({ kind: "engine-retry" })}
    >
      {t("engine.retry")}
    </button>
  );
  switch (engine.phase) {
    case "loading":
      return (
        <div class="loading">
          <ProgressBar share={progressShare(engine.progress)} />
          <span>{engine.progress === undefined ? "" : describeBytes(engine.progress)}</span>
          {engine.progress !== undefined && (
            <span class="loading-file">{t("engine.file", { file: engine.progress.file })}</span>
          )}
          <button
            type="button"
            class="button"
            onClick={() => void app.act({ kind: "cancel-load" })}
          >
            {t("models.cancel")}
          </button>
        </div>
      );
    case "restarting":
      return (
        <div class="note note-warn">
          <p class="note-text">
            {t("engine.reason", { reason: engine.reason })}. {t("engine.safe")}{" "}
            {t("engine.safe-continue")}
          </p>
          {retry}
        </div>
      );
    case "given-up":
      return (
        <div class="note note-bad" role="alert">
          <p class="note-text">
            {t("engine.reason", { reason: engine.reason })}. {t("engine.safe")}{" "}
            {t("engine.given-up-do")}
          </p>
          {retry}
        </div>
      );
    case "failed":
      return (
        <div class="stack">
          <ErrorNote error={engine.error} />
          <div>{retry}</div>
        </div>
      );
    default:
      return null;
  }
}

function ReadyFacts({ engine }: { readonly engine: Extract<EngineView, { phase: "ready" }> }) {
  return (
    <>
      <Fact name={t("engine.lane")} value={laneLong(engine.lane)} />
      {engine.adapter !== "" && <Fact name={t("engine.adapter")} value={engine.adapter} />}
      {engine.tokensPerS !== undefined && (
        <Fact
          name={t("engine.speed")}
          value={t("engine.speed-value", { speed: formatNumber(Math.round(engine.tokensPerS)) })}
        />
      )}
      {engine.firstTokenMs !== undefined && (
        <Fact name={t("engine.first-token")} value={formatDuration(engine.firstTokenMs)} />
      )}
    </>
  );
}

function RestartHistory({ engine }: { readonly engine: EngineView }): JSX.Element {
  const { restarts } = engine;
  return (
    <details class="history" open={restarts.length > 0 && engine.phase !== "ready"}>
      <summary>{t("engine.history")} ({formatNumber(restarts.length)})</summary>
      {restarts.length === 0 ? <p class="hint">{t("engine.history-none")}</p> : (
        <ol>
          {restarts.map(({ atMs, reason }) => (
            <li key={atMs}>
              <time dateTime={new Date(atMs).toISOString()}>{formatTime(atMs)}</time> {reason}
            </li>
          ))}
        </ol>
      )}
    </details>
  );
}

export function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd dir="auto">{value}</dd>
    </div>
  );
}
