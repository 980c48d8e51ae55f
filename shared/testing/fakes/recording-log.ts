import type { Log, LogLevel } from "../../ports/log.ts";

export interface RecordedLine {
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Keeps every line; logs made by `with` write into the same list. */
export class RecordingLog implements Log {
  readonly lines: RecordedLine[];
  readonly #bound: Readonly<Record<string, unknown>>;

  constructor(lines: RecordedLine[] = [], bound: Readonly<Record<string, unknown>> = {}) {
    this.lines = lines;
    this.#bound = bound;
  }

  write(level: LogLevel, event: string, fields: Readonly<Record<string, unknown>>): void {
    this.lines.push({ level, event, fields: { ...this.#bound, ...fields } });
  }

  with(fields: Readonly<Record<string, unknown>>): RecordingLog {
    return new RecordingLog(this.lines, { ...this.#bound, ...fields });
  }

  /** Names of the events written at `level`, oldest first. */
  eventsAt(level: LogLevel): readonly string[] {
    return this.lines.filter((line) => line.level === level).map((line) => line.event);
  }
}
