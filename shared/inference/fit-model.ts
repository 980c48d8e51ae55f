/**
 * Tells before a download whether a model fits this device.
 *
 * Pure. The facts are gathered in the worker; GPU memory cannot be read in a browser, so the
 * largest buffer and the device's memory class stand in for it and the verdict near them is
 * `tight`.
 *
 * Rules (shared/SPEC.md, sections IN and HO):
 *   IN50  llama.cpp computes on hardware with half floats, else on the cpu, and a model says before
 *         whether that is slow.
 *   IN100 Before a model is downloaded that takes more than the GPU's largest buffer, the GPU is
 *         asked for that memory, unless it gave as much before.
 *   IN101 A model that takes more than the GPU gave is tight, with both figures, until it gives
 *         more.
 *   HO141 The browser's figure of memory is a budget only below 8 GiB, where it is not cut off.
 */

import type { ModelProfile } from "./model-profile.ts";

export interface DeviceFacts {
  readonly webgpu: "hardware" | "software" | "none";
  /** What the adapter calls itself; empty without one. */
  readonly adapter: string;
  readonly features: readonly string[];
  /** Largest single GPU buffer; 0 without WebGPU. */
  readonly bufferBytesMax: number;
  readonly storageBytesFree: number | undefined;
  /** The browser's rounded figure, at most 8 in Chromium; undefined where it tells nothing. */
  readonly memoryGiB: number | undefined;
}

export type Fit = "runs-well" | "tight" | "will-not";

/** A message key with its values; the words are the app's. */
export interface FitReason {
  readonly key:
    | "needs-webgpu"
    | "needs-feature"
    | "software-webgpu"
    | "needs-storage"
    | "storage-tight"
    | "needs-memory"
    | "memory-tight"
    | "buffer-small"
    | "gpu-memory-small"
    | "cpu-slow";
  readonly values: Readonly<Record<string, string>>;
}

/** What a GPU gave when it was asked for memory, and for how much it was asked (IN100). */
export interface GpuRoom {
  /** The adapter that was asked: another one is another GPU. */
  readonly adapter: string;
  readonly bytesGiven: number;
  readonly bytesAsked: number;
}

export interface ModelFit {
  readonly fit: Fit;
  readonly reasons: readonly FitReason[];
}

const GIB = 1024 ** 3;
/** A model may take half of the device's memory before other programs feel it. */
const MEMORY_SHARE_TIGHT = 0.5;
/** Free space kept beside the download: Chromium refuses near its own quota. */
const STORAGE_SPARE = 1.25;
/**
 * Weights of one layer above this share of the model need a large buffer; see web-llm's 1 GiB ask.
 */
const BUFFER_BYTES_WANTED = 1024 ** 3;

/**
 * Weights of a model that one thread of llama.cpp computes at reading speed: 5 million give 214
 * tokens in a second (run), so these give five.
 */
const CPU_PARAMETERS_MAX = 200_000_000;
/** ONNX Runtime's one thread is slower. */
const ONNX_CPU_PARAMETERS_MAX = 50_000_000;

/**
 * The verdict is the worst of its reasons; a model without reasons runs well. `room` is what the
 * GPU gave the last time that it was asked.
 */
export function fitModel(profile: ModelProfile, device: DeviceFacts, room?: GpuRoom): ModelFit {
  const against: FitReason[] = [];
  const tight: FitReason[] = [];
  if (profile.needsWebGpu) judgeGpu(profile, device, against, tight);
  if (room !== undefined && isRefusedRoom(profile, device, room)) { // IN101
    const values = { bytes: String(profile.memoryBytes), memory: String(room.bytesGiven) };
    tight.push({ key: "gpu-memory-small", values });
  }
  if (!profile.embedded) judgeStorage(profile, device, against, tight);
  judgeMemory(profile, device, against, tight);
  if (isSlow(profile, device)) tight.push({ key: "cpu-slow", values: {} });
  const fit = against.length > 0 ? "will-not" : tight.length > 0 ? "tight" : "runs-well";
  return { fit, reasons: [...against, ...tight] };
}

/**
 * Whether the GPU is to be asked for memory before this model is downloaded (IN100): its largest
 * buffer promises less, and it has not given as much before.
 */
export function asksForRoom(
  { needsWebGpu, memoryBytes }: ModelProfile,
  { webgpu, adapter, bufferBytesMax }: DeviceFacts,
  room: GpuRoom | undefined,
): boolean {
  const isKnown = room?.adapter === adapter && room.bytesGiven >= memoryBytes;
  return needsWebGpu && webgpu !== "none" && memoryBytes > bufferBytesMax && !isKnown;
}

/** Whether the GPU was asked and gave less than the model takes. */
export function isRefusedRoom(
  { needsWebGpu, memoryBytes }: ModelProfile,
  { adapter }: DeviceFacts,
  room: GpuRoom,
): boolean {
  const { bytesGiven, bytesAsked } = room;
  const isShort = bytesGiven < Math.min(bytesAsked, memoryBytes);
  return needsWebGpu && room.adapter === adapter && isShort;
}

function judgeGpu(
  profile: ModelProfile,
  device: DeviceFacts,
  against: FitReason[],
  tight: FitReason[],
): void {
  if (device.webgpu === "none") {
    against.push({ key: "needs-webgpu", values: {} });
    return;
  }
  for (const feature of profile.requiredFeatures) {
    if (!device.features.includes(feature)) {
      against.push({ key: "needs-feature", values: { feature } });
    }
  }
  // Minutes a token were measured: to offer that as "tight" would be a lie.
  if (device.webgpu === "software") {
    against.push({ key: "software-webgpu", values: { adapter: device.adapter } });
  }
  if (profile.memoryBytes > GIB && device.bufferBytesMax < BUFFER_BYTES_WANTED) {
    tight.push({ key: "buffer-small", values: { bytes: String(device.bufferBytesMax) } });
  }
}

/** The model's one engine takes the GPU or the cpu, whichever it can. */
function isSlow({ engine, embedded, parameters }: ModelProfile, device: DeviceFacts): boolean {
  const hasGpu = device.webgpu === "hardware";
  if (engine === "wllama") { // IN50
    return !(hasGpu && device.features.includes("shader-f16")) && parameters > CPU_PARAMETERS_MAX;
  }
  return engine === "transformers" && !embedded && !hasGpu && parameters > ONNX_CPU_PARAMETERS_MAX;
}

function judgeStorage(
  profile: ModelProfile,
  device: DeviceFacts,
  against: FitReason[],
  tight: FitReason[],
): void {
  const free = device.storageBytesFree;
  if (free === undefined) return;
  const values = { bytes: String(profile.downloadBytes), free: String(free) };
  if (free < profile.downloadBytes) against.push({ key: "needs-storage", values });
  else if (free < profile.downloadBytes * STORAGE_SPARE) {
    tight.push({ key: "storage-tight", values });
  }
}

/**
 * The most that models may take by what the browser tells; undefined where that is no limit.
 * Chromium rounds down to 8, so a large model on an "8 GiB" device is tight, never refused (HO141).
 */
export function memoryBytesMaxOf(
  { memoryGiB = Infinity }: Pick<DeviceFacts, "memoryGiB">,
): number | undefined {
  return memoryGiB < 8 ? memoryGiB * GIB : undefined;
}

function judgeMemory(
  profile: ModelProfile,
  device: DeviceFacts,
  against: FitReason[],
  tight: FitReason[],
): void {
  if (device.memoryGiB === undefined) return;
  const bytes = device.memoryGiB * GIB;
  const values = { bytes: String(profile.memoryBytes), memory: String(bytes) };
  if (profile.memoryBytes > (memoryBytesMaxOf(device) ?? Infinity)) {
    against.push({ key: "needs-memory", values });
  } else if (profile.memoryBytes > bytes * MEMORY_SHARE_TIGHT) {
    tight.push({ key: "memory-tight", values });
  }
}
