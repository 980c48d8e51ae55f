/** The log port on the console, which every platform of ours has. */

import type { Log, LogLevel } from "#shared/ports/mod.ts";

export const LOG_LEVELS: readonly LogLevel[] = ["error", "warn", "info", "debug"];

/** Lines of JSON up to `level`, by default on the error output. */
export function createErrorLog(
  level: LogLevel,
  writeLine: (line: string) => void = (line) => console.error(line),
  bound: Readonly<Record<string, unknown>> = {},
): Log {
  return {
    write(lineLevel, event, fields) {
      if (LOG_LEVELS.indexOf(lineLevel) > LOG_LEVELS.indexOf(level)) return;
      writeLine(JSON.stringify({ level: lineLevel, event, ...bound, ...fields }));
    },
    with: (fields) => createErrorLog(level, writeLine, { ...bound, ...fields }),
  };
}
