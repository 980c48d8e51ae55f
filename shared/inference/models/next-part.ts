/** Which bytes a download asks for next. Pure (IN67). */

import { addSpan, firstGap } from "./byte-spans.ts";
import type { DownloadState, FileProgress } from "./download-state.ts";
import type { DownloadLimits } from "./limits.ts";

export interface NextPart {
  readonly progress: FileProgress;
  readonly from: number;
  readonly to: number | undefined;
}

/** Undefined when nothing can be asked for now. */
export function nextPart(
  { files, flights }: DownloadState,
  nowMs: number,
  { partBytes }: DownloadLimits,
): NextPart | undefined {
  for (const progress of files) {
    if (progress.phase !== "open" || progress.notBeforeMs > nowMs) continue;
    const own = flights.filter(({ path }) => path === progress.file.path);
    if (!progress.takesParts) {
      if (own.length === 0) return { progress, from: 0, to: undefined };
      continue;
    }
    // Until the host has said what file it has, one request at a time.
    if (own.length > 0 && progress.bytes === undefined) continue;
    const taken = own.reduce(
      (spans, { from, to }) => addSpan(spans, { from, to: to ?? Infinity }),
      progress.spans,
    );
    const gap = firstGap(taken, progress.bytes ?? Infinity);
    if (gap !== undefined) {
      return { progress, from: gap.from, to: Math.min(gap.to, gap.from + partBytes) };
    }
  }
  return undefined;
}
