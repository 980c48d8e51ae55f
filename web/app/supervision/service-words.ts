/** How a persona is served on this device, in words. */

import "./hosting-text.ts";
import { unreachable } from "#shared/base/mod.ts";
import type { ServiceStatus } from "../../client/app-client.ts";
import { formatList, formatNumber, t } from "../messages/translate.ts";
import type { EngineTone } from "../models/engine-words.ts";
import { formatBytes, formatDuration } from "../parts/format.ts";

type Skip = ServiceStatus["skips"][number];
type Failure = NonNullable<ServiceStatus["failure"]>;

/** What a phase looks like; a word of its own stands beside the colour. */
export function servicePhase({ phase }: ServiceStatus): {
  readonly text: string;
  readonly tone: EngineTone;
} {
  return { text: t(`services.phase-${phase}`), tone: tones[phase] };
}

const tones: Readonly<Record<ServiceStatus["phase"], EngineTone>> = {
  skipped: "quiet",
  planned: "quiet",
  bootstrapped: "busy",
  primed: "busy",
  serving: "good",
  restarting: "warn",
  finished: "quiet",
  failed: "bad",
  aborted: "quiet",
};

/** What failed, and what to do about it. */
export function describeFailure({ kind }: Failure): {
  readonly happened: string;
  readonly advice: string;
} {
  return { happened: t(`services.fail-${kind}`), advice: t(`services.fail-${kind}-do`) };
}

/** Every reason, in one sentence; empty where there is none. */
export function describeSkips(
  skips: readonly Skip[],
  modelName: (modelId: string) => string,
): string {
  return formatList(skips.map((skip) => describeSkip(skip, modelName)));
}

function describeSkip(skip: Skip, modelName: (modelId: string) => string): string {
  switch (skip.kind) {
    case "model-missing":
      return t("services.skip-model-missing", { model: modelName(skip.modelId) });
    case "context-too-small":
      return t("services.skip-context-too-small", {
        needed: formatNumber(skip.tokensNeeded),
        max: formatNumber(skip.tokensMax),
      });
    case "memory-budget":
      return t("services.skip-memory-budget", {
        needed: formatBytes(skip.bytesNeeded),
        free: formatBytes(skip.bytesFree),
      });
    case "held-elsewhere":
    case "read-only":
    case "not-allowed":
    case "hosts-own-only":
    case "no-model":
    case "failed-here":
      return t(`services.skip-${skip.kind}`);
    default:
      return unreachable(skip);
  }
}

/** Mean, or a dash before the first. */
export function describeLatency({ count, totalMs }: ServiceStatus["latencies"]["post"]): string {
  return count === 0 ? "–" : formatDuration(totalMs / count);
}
