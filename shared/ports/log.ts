export type LogLevel = "error" | "warn" | "info" | "debug";

/**
 * Diagnostics as a port. error: a person loses something; warn: recovered or retrying; info: one
 * line per life-cycle transition; debug: the rest. Fields never hold message or persona text above
 * debug.
 */
export interface Log {
  write(level: LogLevel, event: string, fields: Readonly<Record<string, unknown>>): void;
  /** A log whose every line carries `fields`. */
  with(fields: Readonly<Record<string, unknown>>): Log;
}
