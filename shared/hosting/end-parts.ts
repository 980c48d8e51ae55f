/**
 * Ends the parts of something in the reverse of their order, each within its time.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO135 What is shut down ends in the reverse order of its start. A part that is not gone after
 *         `endMsMax` is named, with what in it ignored the end, and the next one is ended.
 */

import { raceFirst } from "../base/race.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import { hostingLimits as limits } from "./limits.ts";

export interface EndingPart {
  readonly part: string;
  /** Ends it; resolves to the names of what was left behind. */
  end(): Promise<readonly string[]>;
  /** Names of what has not ended yet. */
  left(): readonly string[];
}

export interface EndedPart {
  readonly part: string;
  readonly durationMs: number;
  /** It was not gone in time. */
  readonly isLate: boolean;
  /** What ignored the end. */
  readonly ignored: readonly string[];
}

const never = new AbortController().signal;

/** `parts` are in the order in which they were started. Resolves when all ended or are late. */
export async function endParts(
  parts: readonly EndingPart[],
  clock: Clock,
  trace: Log,
): Promise<readonly EndedPart[]> {
  const report: EndedPart[] = [];
  for (const { part, end, left } of parts.toReversed()) {
    const startedAt = clock.now();
    const ignored = await raceFirst<readonly string[] | undefined>([
      end,
      async (inner) => {
        await clock.sleep(limits.endMsMax, inner);
        return undefined;
      },
    ], never);
    const isLate = ignored === undefined;
    const durationMs = Math.round(clock.now() - startedAt);
    const ended = { part, durationMs, isLate, ignored: ignored ?? left() };
    if (isLate || ended.ignored.length > 0) trace.write("error", "part-late", { ...ended });
    report.push(ended);
  }
  return report;
}
