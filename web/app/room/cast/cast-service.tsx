/** In the cast: why this device does not serve a persona just now, the next try, and retry now. */

import type { JSX } from "preact";
import { useApp } from "../../app-context.ts";
import { t } from "../../messages/translate.ts";
import { modelName } from "../../models/model-names.ts";
import { Countdown } from "../../supervision/countdown.tsx";
import { describeFailure, describeSkips } from "../../supervision/service-words.ts";
import { useRoom } from "../room-context.ts";

/** Reasons of this device alone; the rest the room's log says to everybody. */
const OWN_REASONS: ReadonlySet<string> = new Set(["memory-budget", "failed-here"]);

/** Nothing while all is well, and of personas that are served elsewhere. */
export function CastService({ persona, name, isHosted }: {
  readonly persona: string;
  readonly name: string;
  readonly isHosted: boolean;
}): JSX.Element | null {
  const app = useApp();
  const { roomId } = useRoom();
  const service = app.part.services.value
    .find((one) => one.roomId === roomId && one.persona === persona);
  if (service === undefined) return null;
  const { phase, failure, retryAt } = service;
  if (phase === "skipped" && !isHosted) {
    const models = app.part.models.value;
    const own = service.skips.filter(({ kind }) => OWN_REASONS.has(kind));
    const why = describeSkips(own, (modelId) => modelName(models, modelId));
    return why === "" ? null : <span class="cast-host">{t("services.not-here", { why })}</span>;
  }
  if (phase !== "restarting" && phase !== "failed") return null;
  return (
    <span class="cast-host cast-service" data-service={phase}>
      {failure !== undefined && <span class="bad">{describeFailure(failure).happened}.</span>}
      {phase === "restarting" && retryAt !== undefined && <Countdown untilMs={retryAt} />}
      <button
        type="button"
        class="link-button"
        aria-label={t("services.retry-of", { name })}
        onClick={() => void app.act({ kind: "service-retry", roomId, persona })}
      >
        {t("services.retry")}
      </button>
    </span>
  );
}
