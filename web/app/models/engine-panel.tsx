/** The engine: where it runs, what it does, what failed, and that nothing was lost. */

import "./models-text.ts";
import type { JSX } from "preact";
import { useApp } from "../app-context.ts";
import { formatNumber, t } from "../messages/translate.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { formatDuration } from "../parts/format.ts";
import { Countdown } from "../supervision/countdown.tsx";
import { describeExit } from "../supervision/exit-words.ts";
import { RestartList } from "../supervision/restart-list.tsx";
import type { EngineView } from "../../client/app-client.ts";
import {
  describeBytes,
  describeEngine,
  isStopped,
  laneLong,
  progressShare,
} from "./engine-words.ts";
import { modelName } from "./model-names.ts";
import { SmallerOffer } from "./smaller-offer.tsx";
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
      <RestartList
        isOpen={engine.phase !== "ready"}
        items={engine.restarts.map(({ atMs, generation, readyMs, reason, detail }) => ({
          ...{ atMs, number: generation, readyMs, why: describeExit(reason), detail },
        }))}
      />
    </section>
  );
}

function PhaseBody({ engine }: { readonly engine: EngineView }): JSX.Element | null {
  const app = useApp();
  switch (engine.phase) {
    case "idle":
      if (!isStopped(engine)) return null;
      return (
        <div class="note">
          <p class="note-text">{t("engine.stopped-text")}</p>
          <RetryButton label={t("engine.start")} />
        </div>
      );
    case "loading":
      return <Loading engine={engine} />;
    case "ready":
      return (
        <div>
          <button
            type="button"
            class="button"
            onClick={() => void app.act({ kind: "engine-stop" })}
          >
            {t("engine.stop")}
          </button>
        </div>
      );
    case "restarting":
      return (
        <div class="note note-warn">
          <p class="note-text">
            <span>
              <strong>{describeExit(engine.reason)}.</strong> {t("engine.safe")}{" "}
              {t("engine.safe-continue")} <Countdown untilMs={engine.retryAtMs} />
            </span>
          </p>
          <RetryButton label={t("engine.retry")} />
        </div>
      );
    case "given-up":
      return (
        <div class="note note-bad" role="alert">
          <p class="note-text">
            <span>
              <strong>{describeExit(engine.error?.kind ?? engine.reason)}.</strong>{" "}
              {t("engine.safe")} {t("engine.given-up-do")}
            </span>
          </p>
          <RetryButton label={t("engine.retry")} />
          <SmallerOffer
            modelId={engine.modelId}
            errorKind={engine.error?.kind ?? engine.reason ?? ""}
          />
        </div>
      );
    case "failed":
      return (
        <div class="stack">
          <ErrorNote error={engine.error} isOnModels />
          <div class="row-buttons">
            <RetryButton label={t("engine.retry")} />
            <SmallerOffer modelId={engine.modelId} errorKind={engine.error.kind} />
          </div>
        </div>
      );
    default:
      return null;
  }
}

function RetryButton({ label }: { readonly label: string }): JSX.Element {
  const app = useApp();
  return (
    <button
      type="button"
      class="button button-key"
      onClick={() => void app.act({ kind: "engine-retry" })}
    >
      {label}
    </button>
  );
}

function Loading({ engine }: { readonly engine: Extract<EngineView, { phase: "loading" }> }) {
  const app = useApp();
  return (
    <div class="loading">
      <ProgressBar share={progressShare(engine.progress)} />
      <span>{engine.progress === undefined ? "" : describeBytes(engine.progress)}</span>
      {engine.progress !== undefined && (
        <span class="loading-file">{t("engine.file", { file: engine.progress.file })}</span>
      )}
      <button type="button" class="button" onClick={() => void app.act({ kind: "engine-stop" })}>
        {t("models.cancel")}
      </button>
    </div>
  );
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

export function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd dir="auto">{value}</dd>
    </div>
  );
}
