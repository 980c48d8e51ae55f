/** Above the composer: the engine's trouble, or its loading where the rail does not show it. */

import type { JSX } from "preact";
import { useApp } from "../app-context.ts";
import { describeError } from "../messages/describe-error.ts";
import { t } from "../messages/translate.ts";
import { describeBytes, describeEngine, progressShare } from "../models/engine-words.ts";
import { ProgressBar } from "../models/progress-bar.tsx";
import { describeExit } from "../supervision/exit-words.ts";
import { isWide } from "../parts/media.ts";

export function EngineBanner(): JSX.Element | null {
  const engine = useApp().part.engine.value;
  switch (engine.phase) {
    case "given-up":
      return (
        <Trouble
          what={`${t("engine.given-up")}: ${describeExit(engine.error?.kind ?? engine.reason)}`}
        />
      );
    case "failed":
      return <Trouble what={describeError(engine.error).happened} />;
    case "starting":
    case "loading": {
      if (isWide.value) return null;
      const progress = engine.phase === "loading" ? engine.progress : undefined;
      return (
        <div class="engine-banner" role="status">
          <span>{describeEngine(engine).text}</span>
          <span>{progress === undefined ? "" : describeBytes(progress)}</span>
          <ProgressBar share={progressShare(progress)} />
        </div>
      );
    }
    default:
      return null;
  }
}

function Trouble({ what }: { readonly what: string }): JSX.Element {
  const app = useApp();
  return (
    <div class="note note-bad" role="alert">
      <p class="note-text">
        <span>
          <strong>{what}.</strong> {t("engine.safe")} <a href="#/models">{t("out.open-models")}</a>
        </span>
      </p>
      <button
        type="button"
        class="button"
        onClick={() => void app.act({ kind: "engine-retry" })}
      >
        {t("engine.retry")}
      </button>
    </div>
  );
}
