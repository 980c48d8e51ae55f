/** The engine's state in words, for the strip and for the panel. */

import type { Lane, LoadProgress } from "#shared/inference/mod.ts";
import type { EngineView } from "../../client/app-client.ts";
import { t } from "../messages/translate.ts";
import { formatBytes } from "../parts/format.ts";

export type EngineTone = "quiet" | "busy" | "good" | "warn" | "bad";

export interface EngineWords {
  readonly text: string;
  readonly tone: EngineTone;
}

export function describeEngine(engine: EngineView): EngineWords {
  switch (engine.phase) {
    case "idle":
      return { text: t(isStopped(engine) ? "engine.stopped" : "engine.idle"), tone: "quiet" };
    case "starting":
      return { text: t("engine.starting"), tone: "busy" };
    case "loading":
      return { text: loadingText(engine.progress), tone: "busy" };
    case "ready":
      return { text: t("engine.ready"), tone: "good" };
    case "restarting":
      return { text: t("engine.restarting"), tone: "warn" };
    case "given-up":
      return { text: t("engine.given-up"), tone: "bad" };
    case "failed":
      return { text: t("engine.failed"), tone: "bad" };
  }
}

/** It ran, and a person ended it; before its first start it only sleeps. */
export function isStopped(engine: EngineView): boolean {
  return engine.phase === "idle" && engine.generation > 0;
}

export function laneLong(lane: Lane): string {
  return t(`lane.${lane}-long`);
}

/** "1.2 GB of 3.1 GB", or what is known of it. */
export function describeBytes({ bytesDone, bytesTotal }: LoadProgress): string {
  const done = formatBytes(bytesDone);
  return bytesTotal === undefined
    ? t("engine.progress-unknown", { done })
    : t("engine.progress", { done, total: formatBytes(bytesTotal) });
}

/** 0 to 1; undefined while the total is not known. */
export function progressShare(progress: LoadProgress | undefined): number | undefined {
  if (progress?.bytesTotal === undefined || progress.bytesTotal <= 0) return undefined;
  return Math.min(1, progress.bytesDone / progress.bytesTotal);
}

function loadingText(progress: LoadProgress | undefined): string {
  switch (progress?.phase) {
    case "downloading":
      return t("engine.downloading");
    case "warming-up":
      return t("engine.warming");
    default:
      return t("engine.loading");
  }
}
