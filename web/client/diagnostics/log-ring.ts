/**
 * The newest lines of a log, kept in memory for who asks what went wrong.
 *
 * Rule (shared/SPEC.md, section SY):
 *   SY194 The newest 500 lines above debug are kept in the page's memory, and nowhere else.
 */

import type { Clock, Log, LogLevel } from "#shared/ports/mod.ts";

export interface LogLine {
  /** Epoch ms. */
  readonly atMs: number;
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface LogRing {
  readonly log: Log;
  /** Oldest first. */
  lines(): readonly LogLine[];
}

export const LOG_LINES_MAX = 500;

/** Passes every line on to `inner` as well. */
export function createLogRing(inner: Log, clock: Pick<Clock, "epochNow">): LogRing {
  const kept: LogLine[] = [];
  const over = (inner: Log, bound: Readonly<Record<string, unknown>>): Log => ({
    write(level, event, fields) {
      inner.write(level, event, fields);
      if (level === "debug") return;
      kept.push({ atMs: clock.epochNow(), level, event, fields: { ...bound, ...fields } });
      if (kept.length > LOG_LINES_MAX) kept.shift();
    },
    with: (fields) => over(inner.with(fields), { ...bound, ...fields }),
  });
  return { log: over(inner, {}), lines: () => [...kept] };
}
