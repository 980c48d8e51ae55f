/** What screens see of downloads, and how fast one is. Pure. */

import { downloadLimits, type EngineError } from "#shared/inference/mod.ts";

export interface DownloadStatus {
  readonly modelId: string;
  /** queued: another one runs; checking: all is here and its hashes are computed. */
  readonly phase: "queued" | "running" | "checking" | "failed";
  readonly bytesDone: number;
  readonly bytesTotal: number | undefined;
  /** Over the last seconds; undefined before anything came. */
  readonly bytesPerS: number | undefined;
  /** Of a failed one. */
  readonly error: EngineError | undefined;
}

export interface SpeedSample {
  readonly atMs: number;
  readonly bytesDone: number;
}

/** The samples of the last seconds, with a new one. */
export function addSample(
  samples: readonly SpeedSample[],
  sample: SpeedSample,
): readonly SpeedSample[] {
  const first = sample.atMs - downloadLimits.speedWindowMs;
  return [...samples.filter(({ atMs }) => atMs >= first), sample];
}

export function speedOf(samples: readonly SpeedSample[]): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return undefined;
  return Math.max(0, (last.bytesDone - first.bytesDone) * 1000 / (last.atMs - first.atMs));
}

/** Seconds until the last byte; undefined while it is not known. */
export function secondsLeft(
  { bytesDone, bytesTotal, bytesPerS = 0 }: Pick<
    DownloadStatus,
    "bytesDone" | "bytesTotal" | "bytesPerS"
  >,
): number | undefined {
  if (bytesTotal === undefined || bytesPerS <= 0) return undefined;
  return Math.max(0, bytesTotal - bytesDone) / bytesPerS;
}

/** Of another tab; malformed ones are left out. */
export function decodeDownloads(value: unknown): readonly DownloadStatus[] {
  if (!Array.isArray(value)) return [];
  return value.filter((one: Partial<DownloadStatus> | null): one is DownloadStatus =>
    typeof one?.modelId === "string" && typeof one.phase === "string" &&
    Number.isFinite(one.bytesDone)
  );
}
