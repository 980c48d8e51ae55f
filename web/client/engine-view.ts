/** What screens see of the engine: supervision's status in the app's terms. Pure. */

import type { Clock } from "#shared/ports/mod.ts";
import type { EngineStatus } from "#shared/hosting/mod.ts";
import type { EngineRestart, EngineView } from "./app-client.ts";

/** Errors after which trying again changes nothing until the person does. */
export function engineView(
  status: EngineStatus,
  tokensPerS: number | undefined,
  clock: Pick<Clock, "now">,
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
      const delayMs = Math.max(0, supervision.untilMs - clock.now());
      return { ...base, phase: "restarting", delayMs, reason: supervision.reason.kind };
    }
    case "given-up":
      return { ...base, phase: "given-up", reason: supervision.reason.kind };
    case "failed": {
      const { kind, detail } = supervision.reason;
      const error = lastError ?? { kind: "internal", detail: `${kind}: ${detail}` };
      return { ...base, phase: "failed", error };
    }
  }
}

/** Ends that were not asked for, oldest first. */
function restartsOf({ supervision }: EngineStatus): readonly EngineRestart[] {
  return supervision.exits.flatMap(({ at, exit }) =>
    exit.kind === "finished" || exit.kind === "cancelled"
      ? []
      : [{ atMs: at, reason: `${exit.reason.kind}: ${exit.reason.detail}` }]
  );
}
