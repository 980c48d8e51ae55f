/** The facts of this device, which only a worker can find out. */

import { err, ok, type Result } from "#shared/base/mod.ts";
import type { EngineService } from "#shared/hosting/mod.ts";
import type { DeviceFacts, EngineError } from "#shared/inference/mod.ts";
import type { LeaderPeerDeps } from "./leader-peer.ts";
import type { StartedEngine } from "./start-engine.ts";

export interface Inspected {
  readonly current: StartedEngine | undefined;
  readonly facts: DeviceFacts | undefined;
  readonly modelHost: string;
}

/**
 * Where the engine has no worker, or one that has ended, one is started for the facts of this
 * device alone, unless they are known.
 */
export async function inspectDevice(
  { startEngine }: Pick<LeaderPeerDeps, "startEngine">,
  engine: EngineService,
  { current, facts, modelHost }: Inspected,
  signal: AbortSignal,
): Promise<Result<DeviceFacts, EngineError>> {
  const inspected = await current?.inspectDevice(signal);
  if (inspected?.ok === true || inspected?.error.kind === "cancelled") return inspected;
  const isToCome = current === undefined && engine.status().profile?.endpoint === undefined;
  if (isToCome) return err({ kind: "not-loaded" });
  if (facts !== undefined) return ok(facts);
  try {
    const worker = await startEngine(0, modelHost, signal);
    const alone = await worker.inspectDevice(signal);
    worker.kill();
    return alone;
  } catch (error) { // It rejects when a worker cannot be started: its facts stay unknown.
    signal.throwIfAborted();
    return err({ kind: "internal", detail: String(error) });
  }
}
