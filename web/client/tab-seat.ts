/**
 * The leader's seat on the tab channel: runs the commands of all tabs and numbers the statuses.
 *
 * Owns the ids of the commands it took and the revisions of its term. Does not own the channel.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY28  A newly opened tab gets the newest status and the whole text of each running attempt.
 *   SY36  A command is run at most once in a term, even when it is sent again.
 */

import type { Result } from "#shared/base/mod.ts";
import type { Log } from "#shared/ports/mod.ts";
import type { StreamFrame, TabFrame, WatchAsk } from "./tab-frames.ts";

/** What the leading tab does for the others. */
export interface LeaderHandlers<Command, Answer, Status> {
  /** Runs a command of any tab. Must not throw; `signal` aborts when this tab leads no more. */
  readonly onCommand: (command: Command, signal: AbortSignal) => Promise<Answer>;
  /** The newest status and the whole text of each running attempt, for a tab that just opened. */
  readonly snapshot: () => { readonly status: Status; readonly streams: readonly StreamFrame[] };
  readonly onHandOverRequest: () => void;
  /** A tab asks to be told of something, or renews that; answered by `publishWatched`. */
  readonly onWatch: (ask: WatchAsk) => void;
  readonly onUnwatch: (watchId: string) => void;
  /** A tab with a higher term leads: this run must end. */
  readonly onDeposed: () => void;
}

export interface SeatDeps<Command> {
  readonly log: Log;
  readonly decodeCommand: (value: unknown) => Result<Command, unknown>;
  readonly requestIdsMax: number;
  readonly post: (frame: TabFrame) => void;
}

export interface Seat<Command, Answer, Status> {
  readonly term: number;
  readonly handlers: LeaderHandlers<Command, Answer, Status>;
  /** Aborts when the seat is left. */
  readonly signal: AbortSignal;
  /** Runs a command of another tab and posts its answer. */
  takeCommand(requestId: string, value: unknown): void;
  /** Posts a status under the next revision, which it returns. */
  postStatus(status: Status): number;
  postSnapshot(): { readonly status: Status; readonly revision: number };
  leave(reason: unknown): void;
}

/** Makes the seat of `term`; nothing is posted yet. */
export function createSeat<Command, Answer, Status>(
  deps: SeatDeps<Command>,
  term: number,
  handlers: LeaderHandlers<Command, Answer, Status>,
): Seat<Command, Answer, Status> {
  const { log, post } = deps;
  const leaving = new AbortController();
  const { signal } = leaving;
  /** Commands taken in this term, oldest first. */
  const requestIds = new Set<string>();
  let revision = 0;

  const isNew = (requestId: string): boolean => {
    if (requestIds.has(requestId)) return false;
    requestIds.add(requestId);
    const [oldest] = requestIds;
    if (requestIds.size > deps.requestIdsMax && oldest !== undefined) requestIds.delete(oldest);
    return true;
  };

  const postStatus = (status: Status): number => {
    revision += 1;
    post({ kind: "peer-status", term, revision, payload: status });
    return revision;
  };

  return {
    term,
    handlers,
    signal,
    takeCommand(requestId, value) {
      const command = deps.decodeCommand(value);
      if (!command.ok) return log.write("warn", "command-malformed", { requestId });
      post({ kind: "command-accepted", term, requestId });
      if (!isNew(requestId)) return; // SY36
      // Owned by the seat: its handler ends when `signal` aborts, and then nobody waits.
      void handlers.onCommand(command.value, signal).then((answer) => {
        if (!signal.aborted) post({ kind: "command-answered", term, requestId, answer });
      });
    },
    postStatus,
    postSnapshot() {
      const { status, streams } = handlers.snapshot();
      post({ kind: "leader-here", term });
      const posted = postStatus(status);
      for (const frame of streams) post({ kind: "stream", term, frame });
      return { status, revision: posted };
    },
    leave: (reason) => leaving.abort(reason),
  };
}
