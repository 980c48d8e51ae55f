/** What this device offers, asked from inside the worker, where the engines run. */

import type { DeviceFacts } from "#shared/inference/mod.ts";

/** Adapters that compute on the CPU. Names as Chromium, Firefox and Deno report them. */
const SOFTWARE_ADAPTERS = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software|warp/i;

/** Pure: an adapter is software when it says so itself or bears a known name. */
export function isSoftwareAdapter(
  info: { readonly [K in "vendor" | "architecture" | "device" | "description"]: string },
  isFallback: boolean,
): boolean {
  return isFallback || SOFTWARE_ADAPTERS.test(describeAdapter(info)) ||
    SOFTWARE_ADAPTERS.test(info.architecture);
}

export function describeAdapter(
  info: { readonly [K in "vendor" | "architecture" | "device" | "description"]: string },
): string {
  return info.description || info.device ||
    [info.vendor, info.architecture].filter((part) => part !== "").join(" ");
}

export async function inspectDevice(): Promise<DeviceFacts> {
  const adapter = await requestAdapter();
  const storage = await readStorage();
  const shared = { storageBytesFree: storage, memoryGiB: readMemoryGiB() };
  if (adapter === null) {
    return { webgpu: "none", adapter: "", features: [], bufferBytesMax: 0, ...shared };
  }
  const isFallback = (adapter.info as { readonly isFallbackAdapter?: boolean }).isFallbackAdapter;
  return {
    webgpu: isSoftwareAdapter(adapter.info, isFallback === true) ? "software" : "hardware",
    adapter: describeAdapter(adapter.info),
    features: [...adapter.features].toSorted(),
    bufferBytesMax: adapter.limits.maxBufferSize,
    ...shared,
  };
}

async function requestAdapter(): Promise<GPUAdapter | null> {
  // Undefined where the browser has no WebGPU at all; the type says otherwise.
  const gpu = navigator.gpu as GPU | undefined;
  if (gpu === undefined) return null;
  return await gpu.requestAdapter({ powerPreference: "high-performance" });
}

async function readStorage(): Promise<number | undefined> {
  const { quota, usage } = await navigator.storage.estimate();
  return quota === undefined ? undefined : Math.max(0, quota - (usage ?? 0));
}

function readMemoryGiB(): number | undefined {
  return (navigator as { readonly deviceMemory?: number }).deviceMemory;
}
