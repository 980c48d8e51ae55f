/**
 * Matrix: what each of the fourteen methods comes to in each state of a session. Data.
 *
 * Owns the table. Does not own how a decision is carried out (controller.ts).
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC60  What a method does in a status is one cell of one table; every method has a cell for
 *         every status, for a run that is ending, and for a session that is retired or stopped.
 */

import { assert } from "../../base/assert.ts";
import type { SessionMethod, SessionRefusal } from "./requests.ts";

/**
 * The state that a request meets. `ending`: a run was told to end (pause, cancel, shutdown) and has
 * not yet. `retired` and `stopped` go before the status.
 */
export type MatrixColumn = "idle" | "running" | "paused" | "ending" | "retired" | "stopped";

export type MethodName = SessionMethod["method"];

type RefusalName = Extract<
  SessionRefusal["kind"],
  "already-running" | "not-running" | "not-paused" | "paused" | "stopped"
>;

export type Decision =
  /**
   * Stored as work before it is acknowledged, and begun at `begins`. `ifRefusing` is the answer to
   * an asker that will not wait.
   */
  | {
    readonly do: "queue";
    readonly begins: "now" | "at-run-end" | "at-resume";
    readonly ifRefusing?: RefusalName | undefined;
  }
  /** Stored in the session's log and in nothing else: nobody will run for it. */
  | { readonly do: "record" }
  | { readonly do: "refuse"; readonly as: RefusalName }
  | { readonly do: "now" }
  /** Heard at once; carried out and answered when the run has ended. */
  | { readonly do: "at-run-end" }
  /** Is so already: answered as done. */
  | { readonly do: "nothing" }
  /** As the cell of the session's status says. */
  | { readonly do: "by-status" };

const now: Decision = { do: "now" };
const atRunEnd: Decision = { do: "at-run-end" };
const nothing: Decision = { do: "nothing" };
const byStatus: Decision = { do: "by-status" };
const refuse = (as: RefusalName): Decision => ({ do: "refuse", as });
const queue = (
  begins: "now" | "at-run-end" | "at-resume",
  ifRefusing?: RefusalName,
): Decision => ({ do: "queue", begins, ...ifRefusing === undefined ? {} : { ifRefusing } });
const everywhere = (cell: Decision): Readonly<Record<MatrixColumn, Decision>> => ({
  idle: cell,
  running: cell,
  paused: cell,
  ending: cell,
  retired: cell,
  stopped: cell,
});

export const matrix: Readonly<Record<MethodName, Readonly<Record<MatrixColumn, Decision>>>> = Object
  .freeze({
    /**
     * Of a paused session it stays queued until `resume`. The study lets it end the pause; here
     * work comes in from rooms, parents and jobs too, and a pause that any of them ended would be
     * none. What was paused is never thrown away by the way.
     */
    "run": {
      idle: queue("now"),
      running: queue("at-run-end", "already-running"),
      paused: queue("at-resume", "paused"),
      ending: queue("at-run-end", "already-running"),
      retired: refuse("stopped"),
      stopped: refuse("stopped"),
    },
    "notify": {
      idle: queue("now"),
      running: queue("at-run-end"),
      paused: queue("at-resume"),
      ending: queue("at-run-end"),
      retired: refuse("stopped"),
      stopped: refuse("stopped"),
    },
    /** Told once: whoever refuses it loses it (study 3.6), so nobody does. */
    "child-event": {
      idle: queue("now"),
      running: queue("at-run-end"),
      paused: queue("at-resume"),
      ending: queue("at-run-end"),
      retired: { do: "record" },
      stopped: { do: "record" },
    },
    "resume": {
      idle: refuse("not-paused"),
      running: refuse("already-running"),
      paused: now,
      ending: atRunEnd,
      retired: refuse("stopped"),
      stopped: refuse("stopped"),
    },
    "cancel": {
      idle: refuse("not-running"),
      running: atRunEnd,
      paused: now,
      ending: atRunEnd,
      retired: byStatus,
      stopped: refuse("stopped"),
    },
    /**
     * The study refuses a pause of an idle session. Here it holds what comes: a person who wants
     * silence cannot time her press. A retired session ends what it has; it has no place for a
     * pause in its stored state.
     */
    "pause": {
      idle: now,
      running: atRunEnd,
      paused: nothing,
      ending: atRunEnd,
      retired: refuse("stopped"),
      stopped: refuse("stopped"),
    },
    "compact": {
      idle: queue("now"),
      running: refuse("already-running"),
      paused: refuse("paused"),
      ending: refuse("already-running"),
      retired: refuse("stopped"),
      stopped: refuse("stopped"),
    },
    "list-rewind-targets": everywhere(now),
    "rewind": {
      idle: now,
      running: refuse("already-running"),
      paused: refuse("paused"),
      ending: refuse("already-running"),
      retired: byStatus,
      stopped: refuse("stopped"),
    },
    "shutdown": {
      idle: now,
      running: atRunEnd,
      paused: now,
      ending: atRunEnd,
      retired: byStatus,
      stopped: nothing,
    },
    "list-completions": everywhere(now),
    "list-visible": everywhere(now),
    "inspect": everywhere(now),
    "attach-or-restore": everywhere(now),
  });

export interface MatrixState {
  readonly life: "active" | "retired" | "stopped";
  readonly status: "idle" | "running" | "paused" | "ending";
}

/** The cell of a method; never `by-status`. */
export function decideMethod(
  method: MethodName,
  { life, status }: MatrixState,
): Exclude<Decision, { readonly do: "by-status" }> {
  const cell = matrix[method][life === "active" ? status : life];
  const own = cell.do === "by-status" ? matrix[method][status] : cell;
  assert(own.do !== "by-status", `Cannot decide ${method}: a status has no decision of its own`);
  return own;
}
