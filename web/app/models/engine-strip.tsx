/** The engine in two lines, where there is no room for more; leads to the models screen. */

import type { JSX } from "preact";
import { useApp } from "../app-context.ts";
import { t } from "../messages/translate.ts";
import { describeEngine, progressShare } from "./engine-words.ts";
import { laneName, modelName } from "./model-names.ts";
import { ProgressBar } from "./progress-bar.tsx";

export function EngineStrip(): JSX.Element {
  const app = useApp();
  const engine = app.part.engine.value;
  const words = describeEngine(engine);
  const facts = [
    modelName(app.part.models.value, engine.modelId),
    engine.phase === "ready" ? laneName(engine.lane) : undefined,
    engine.phase === "ready" && engine.tokensPerS !== undefined
      ? t("engine.speed-value", { speed: Math.round(engine.tokensPerS) })
      : undefined,
  ];
  return (
    <a class="engine-strip" href="#/models" data-engine={engine.phase}>
      <span class={`engine-light engine-light-${words.tone}`} aria-hidden="true" />
      <b>{words.text}</b>
      <span>{facts.filter((fact) => fact !== undefined && fact !== "").join(" · ")}</span>
      {engine.phase === "loading" && <ProgressBar share={progressShare(engine.progress)} />}
      {!app.part.leader.value && <span>{t("rail.other-tab")}</span>}
    </a>
  );
}
