import { expect, test } from "vitest";
import { decideSession, type SessionOperation, type SessionState } from "./session-life.ts";

const states: readonly SessionState[] = ["active", "paused", "retired", "stopped"];

/** Columns: the state after the call, by the state before it; `-` is a refusal. */
const table: readonly [SessionOperation, idle: string, running: string][] = [
  ["retire", "retired retired - -", "retired retired - -"],
  ["reset", "active active active -", "! ! ! !"],
  ["recycle", "active - active active", "! ! ! !"],
  ["stop", "stopped stopped stopped -", "stopped stopped stopped -"],
  ["forget", "stopped stopped stopped stopped", "stopped stopped stopped stopped"],
  ["pause", "paused - - -", "paused - - -"],
  ["resume", "- active - -", "- active - -"],
];

test.each(table)("[LG33] %s leads to %s, while running to %s", (operation, idle, running) => {
  for (const [isRunning, expected] of [[false, idle], [true, running]] as const) {
    const decided = states.map((state) => {
      const next = decideSession(operation, state, isRunning);
      if (next.ok) return next.value;
      if (next.error.kind === "session-running") return "!";
      expect(next.error).toEqual({ kind: "session-state-wrong", operation, state });
      return "-";
    });
    expect(decided.join(" ")).toBe(expected);
  }
});
