/**
 * Asks the GPU for memory, piece by piece, and gives all of it back (IN100).
 *
 * What it gives is no promise: a driver may give what it has not, and other programs take it later.
 * What it refuses is one. A device that is lost meanwhile has refused.
 */

import { inferenceLimits } from "#shared/inference/mod.ts";

/** The part of a device that is used here. */
export interface MemoryGiver {
  readonly lost: Promise<unknown>;
  pushErrorScope(filter: "out-of-memory"): void;
  popErrorScope(): Promise<object | null>;
  createBuffer(descriptor: { readonly size: number; readonly usage: number }): {
    destroy(): void;
  };
  destroy(): void;
}

/** Enough for any buffer of weights. */
const STORAGE_USAGE = 0x80;

/**
 * Bytes that `device` gave of `bytesWanted`, of which at most `gpuRoomBytesMax` are asked for; the
 * device is destroyed with all of them.
 */
export async function takeMemory(device: MemoryGiver, bytesWanted: number): Promise<number> {
  const { gpuPieceBytes, gpuRoomBytesMax } = inferenceLimits;
  const bytesAsked = Math.min(bytesWanted, gpuRoomBytesMax);
  const lost = device.lost.then(() => ({}));
  const buffers: { destroy(): void }[] = [];
  let bytesGiven = 0;
  while (bytesGiven < bytesAsked) {
    // Sizes of buffers are multiples of four.
    const size = Math.min(gpuPieceBytes, Math.ceil((bytesAsked - bytesGiven) / 4) * 4);
    device.pushErrorScope("out-of-memory");
    buffers.push(device.createBuffer({ size, usage: STORAGE_USAGE }));
    // A lost device makes nothing, and its scopes say that all is well.
    const refusal = await Promise.race([lost, device.popErrorScope()]);
    if (refusal !== null) break;
    bytesGiven += size;
  }
  for (const buffer of buffers) buffer.destroy();
  device.destroy();
  return bytesGiven;
}

/** The same of this device's GPU; undefined where there is none. */
export async function probeGpu(bytesWanted: number): Promise<number | undefined> {
  const gpu = navigator.gpu as GPU | undefined; // The type knows no browser without it.
  const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null || adapter === undefined) return undefined;
  return await takeMemory(await adapter.requestDevice(), bytesWanted);
}
