/**
 * Asks this device's GPU for a model's memory before the model is downloaded, and remembers what it
 * gave.
 *
 * Owns what is remembered. Does not own the verdict on a model (fitModel) or the asking itself
 * (web/worker/probe-gpu.ts).
 *
 * Rules: IN100, IN101.
 */

import {
  asksForRoom,
  type DeviceFacts,
  type GpuRoom,
  inferenceLimits,
  isRefusedRoom,
  type ModelProfile,
} from "#shared/inference/mod.ts";
import type { LeaderPeerDeps } from "./leader-peer.ts";
import type { StartedEngine } from "./start-engine.ts";

export type GpuRoomDeps =
  & Pick<LeaderPeerDeps, "clock" | "saveChoice">
  & {
    readonly chosen: Pick<LeaderPeerDeps["chosen"], "gpuRoom">;
    readonly startEngine: (
      ...of: Parameters<LeaderPeerDeps["startEngine"]>
    ) => Promise<Pick<StartedEngine, "probeGpu" | "kill">>;
  };

export interface GpuRooms {
  /** What was given the last time. */
  last(): GpuRoom | undefined;
  /** False when the GPU was asked now and gave less than `profile` takes. */
  admits(
    profile: ModelProfile,
    facts: DeviceFacts | undefined,
    signal: AbortSignal,
  ): Promise<boolean>;
}

/** `bytesInUse`: of the model that is loaded, which ends before another one is (HO10). */
export function createGpuRooms(
  deps: GpuRoomDeps,
  modelHost: () => string,
  bytesInUse: () => number = () => 0,
): GpuRooms {
  let last = decodeRoom(deps.chosen.gpuRoom);
  return {
    last: () => last,
    async admits(profile, facts, signal) {
      if (facts === undefined || !asksForRoom(profile, facts, last)) return true;
      const bytesAsked = Math.min(profile.memoryBytes, inferenceLimits.gpuRoomBytesMax);
      const inUse = Math.min(bytesInUse(), bytesAsked);
      const given = await askGpu(deps, modelHost(), bytesAsked - inUse, signal);
      if (given === undefined) return true;
      last = { adapter: facts.adapter, bytesGiven: given + inUse, bytesAsked };
      // What cannot be kept is asked for again.
      await deps.saveChoice("gpu-room", JSON.stringify(last), signal);
      return !isRefusedRoom(profile, facts, last);
    },
  };
}

/** What a loaded model is said to take of the GPU. */
export function gpuBytesOf(loaded: ModelProfile | undefined): number {
  return loaded?.needsWebGpu === true ? loaded.memoryBytes : 0;
}

/** Undefined when the GPU could not be asked, or did not answer in time. */
async function askGpu(
  { clock, startEngine }: GpuRoomDeps,
  modelHost: string,
  bytesAsked: number,
  signal: AbortSignal,
): Promise<number | undefined> {
  const over = new AbortController();
  const ended = AbortSignal.any([signal, over.signal]);
  // Ends with `over`, which rejects the sleep: nobody waits for it then.
  void clock.sleep(inferenceLimits.gpuRoomMsMax, ended).then(() => over.abort(), () => undefined);
  try {
    const worker = await startEngine(0, modelHost, ended);
    const given = await worker.probeGpu(bytesAsked, ended);
    worker.kill();
    return given.ok ? given.value : undefined;
  } catch { // It rejects when a worker cannot be started, or not in time.
    signal.throwIfAborted();
    return undefined;
  } finally {
    over.abort();
  }
}

/** What does not decode was kept by another version, and is asked for again. */
function decodeRoom(text: string | undefined): GpuRoom | undefined {
  if (text === undefined) return undefined;
  try {
    const { adapter, bytesGiven, bytesAsked } = JSON.parse(text) as Partial<GpuRoom>;
    const isWhole = typeof adapter === "string" && Number.isSafeInteger(bytesGiven) &&
      Number.isSafeInteger(bytesAsked);
    return isWhole ? { adapter, bytesGiven, bytesAsked } as GpuRoom : undefined;
  } catch { // JSON.parse throws for nothing else, and null has no fields.
    return undefined;
  }
}
