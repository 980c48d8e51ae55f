import type { Log, LogLevel } from "#shared/ports/mod.ts";

const LEVELS: readonly LogLevel[] = ["error", "warn", "info", "debug"];

/** The console's four methods that carry a level. */
export type ConsoleLike = Pick<Console, LogLevel>;

/** Writes lines up to `level` to the console: the event's name, then its fields. */
export function createConsoleLog(
  level: LogLevel,
  target: ConsoleLike = console,
  bound: Readonly<Record<string, unknown>> = {},
): Log {
  return {
    write(lineLevel, event, fields) {
      if (LEVELS.indexOf(lineLevel) > LEVELS.indexOf(level)) return;
      target[lineLevel](event, { ...bound, ...fields });
    },
    with: (fields) => createConsoleLog(level, target, { ...bound, ...fields }),
  };
}
