/** What screens see of the engine: supervision's status in the app's terms. Pure. */

import type { Clock } from "#shared/ports/mod.ts";
import type { EngineStatus } from "#shared/hosting/mod.ts";
import type { EngineRestart, EngineView } from "./app-client.ts";

/** Times become those of the calendar: another tab's clock began at another moment. */
export function engineView(
  status: EngineStatus,
  tokensPerS: number | undefined,
  clock: Pick<Clock, "now" | "epochNow">,
): EngineView {
  const { supervision, profile, progress, lastError } = status;
  const base = {
    modelId: profile?.id ?? "",
    generation: supervision.generation,
    restarts: restartsOf(status),
  };
  switch (supervision.phase) {
    case "stopped":
      return { ...base, phase: "idle" };
    case "stopping":
      return supervision.next === "starting"
        ? { ...base, phase: "starting" }
        : { ...base, phase: "idle" };
    case "starting":
      return progress === undefined
        ? { ...base, phase: "starting" }
        : { ...base, phase: "loading", progress };
    case "ready": {
      const { lane, adapter } = supervision.info.model;
      const { firstTokenMs } = supervision.info;
      return { ...base, phase: "ready", lane, adapter, tokensPerS, firstTokenMs };
    }
    case "backing-off": {
      const leftMs = Math.max(0, supervision.untilMs - clock.now());
      const retryAtMs = Math.round(clock.epochNow() + leftMs);
      return { ...base, phase: "restarting", retryAtMs, reason: supervision.reason.kind };
    }
    case "given-up":
      return { ...base, phase: "given-up", reason: supervision.reason.kind, error: lastError };
    case "failed": {
      const { kind, detail } = supervision.reason;
      const error = lastError ?? { kind: "internal", detail: `${kind}: ${detail}` };
      return { ...base, phase: "failed", error };
    }
  }
}

/** Ends that were not asked for, oldest first. */
function restartsOf({ supervision }: EngineStatus): readonly EngineRestart[] {
  return supervision.exits.flatMap(({ at, generation, readyMs, exit }) => {
    if (exit.kind === "finished" || exit.kind === "cancelled") return [];
    const { kind: reason, detail } = exit.reason;
    return [{ atMs: at, generation, readyMs, reason, detail }];
  });
}

/**
 * An engine's view as the leading tab posted it. A tab of another version may tell less: restarts
 * that say too little are left out, and a wait without its end counts as a start.
 */
export function decodeEngineView(given: EngineView): EngineView {
  const known = Array.isArray(given.restarts) ? given.restarts : [];
  const view = { ...given, restarts: known.filter(isRestart) };
  if (view.phase !== "restarting" || Number.isFinite(view.retryAtMs)) return view;
  const { modelId, generation, restarts } = view;
  return { phase: "starting", modelId, generation, restarts };
}

function isRestart({ atMs, generation, readyMs, reason, detail }: EngineRestart): boolean {
  return [atMs, generation, readyMs].every(Number.isFinite) &&
    [reason, detail].every((text) => typeof text === "string");
}
