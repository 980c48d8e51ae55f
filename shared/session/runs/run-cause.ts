import type { InputRecord } from "../../ports/peer-store.ts";
import type { RunCause } from "../log/segments.ts";

/** Why the run of an input begins. */
export function causeOf(
  { work, turn, attempt }: Pick<InputRecord, "work" | "turn" | "attempt">,
): RunCause {
  switch (work?.kind) {
    case undefined:
      return { kind: "turn", turn, attempt };
    case "task":
      return { kind: "task" };
    case "wake":
    case "note":
      return { kind: "notes" };
    case "resume":
      return { kind: "resume", of: work.of };
    case "memory":
      return { kind: "memory", job: work.job };
    case "compact":
      return { kind: "compact" };
  }
}
