/**
 * Leadership between the tabs of one origin: whoever holds the lock is the peer (D29).
 *
 * Owns the request for the lock, the lock, and the run that it allows. Does not own what the peer
 * is (`runAsLeader`), nor the talk between tabs (tab-channel.ts). A crash needs no code: the
 * browser releases the lock of a dead tab and grants it to the next in line.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY23  At most one tab of an origin has a run that was not told to end.
 *   SY24  A leader that closes, crashes, is frozen or is asked lets the next tab in line lead.
 *   SY25  A leader asked to hand over keeps the lock until its run has ended, at most
 *         `handOverMsMax`.
 *   SY26  A tab whose run ends by itself rests until it is started again; other tabs may lead.
 */

import type { Result } from "#shared/base/mod.ts";
import type { Clock, Log, StorageError } from "#shared/ports/mod.ts";
import {
  decideLeadership,
  type LeadershipEffect,
  type LeadershipEvent,
  type LeadershipState,
  type RunEnd,
} from "./leadership-state.ts";

export const LEADER_LOCK = "conclave-leader";

export interface HeldLock {
  release(): void;
}

/** Named locks shared by all tabs; first come, first served. */
export interface LockPort {
  /** Resolves when the lock is held. Aborting leaves the line. */
  acquire(name: string, signal: AbortSignal): Promise<HeldLock>;
}

/** The page's own life: it may be frozen or kept aside, and come back. */
export interface PagePort {
  subscribe(onChange: (change: "left" | "back") => void): Disposable;
}

export interface LeadershipDeps {
  readonly locks: LockPort;
  readonly page: PagePort;
  readonly clock: Pick<Clock, "sleep">;
  readonly log: Log;
  readonly handOverMsMax: number;
  /** Takes a term greater than all before it; called while the lock is held. */
  readonly takeTerm: (signal: AbortSignal) => Promise<Result<number, StorageError>>;
  /** The peer. Must end soon after `signal` aborts; ending by itself gives leadership up. */
  readonly runAsLeader: (term: number, signal: AbortSignal) => Promise<void>;
}

export interface Leadership {
  snapshot(): LeadershipState;
  /** Calls back after each change of the state. */
  subscribe(observer: (state: LeadershipState) => void): Disposable;
  /** Gets in line, the first time or after the own run ended. */
  start(): void;
  /** Lets the next tab in line lead and gets in line again; nothing when not leading. */
  handOver(): void;
  /** Leaves for good; resolves when the lock is released. */
  close(): Promise<void>;
}

/** Makes the leadership of one tab; it does not begin before `start`. */
export function createLeadership(deps: LeadershipDeps): Leadership {
  let state: LeadershipState = { phase: "resting" };
  const observers = new Set<(state: LeadershipState) => void>();
  let finishClosing!: () => void;
  const closed = new Promise<void>((resolve) => finishClosing = resolve);

  const handle = (event: LeadershipEvent): void => {
    const before = state;
    const step = decideLeadership(state, event);
    state = step.state;
    for (const effect of step.effects) effects[effect]();
    if (state === before) return;
    deps.log.write("info", "leadership", { phase: state.phase, cause: event.kind });
    if (state.phase === "closed") {
      page[Symbol.dispose]();
      finishClosing();
    }
    for (const observer of [...observers]) observer(state);
  };
  const effects = createEffects(deps, handle);
  const page = deps.page.subscribe((change) =>
    handle({ kind: change === "left" ? "page-left" : "page-back" })
  );

  return {
    snapshot: () => state,
    subscribe(observer) {
      const own = (next: LeadershipState): void => observer(next);
      observers.add(own);
      return { [Symbol.dispose]: () => void observers.delete(own) };
    },
    start: () => handle({ kind: "start-asked" }),
    handOver: () => handle({ kind: "hand-over-asked" }),
    close() {
      handle({ kind: "close-asked" });
      return closed;
    },
  };
}

/** What the decisions ask for; every end of it comes back as an event. */
function createEffects(
  deps: LeadershipDeps,
  handle: (event: LeadershipEvent) => void,
): Readonly<Record<LeadershipEffect, () => void>> {
  let request: AbortController | undefined;
  let lock: HeldLock | undefined;
  let run: AbortController | undefined;

  const watchOverdue = (own: AbortController, ended: AbortSignal): void => {
    // Owned by `ended`: the wait is over when the run is.
    void deps.clock.sleep(deps.handOverMsMax, ended).then(() => {
      if (run === own) handle({ kind: "run-overdue" });
    }, () => undefined); // The run ended in time.
  };

  return {
    "request-lock"() {
      const asked = request = new AbortController();
      // Owned by `asked`.
      void deps.locks.acquire(LEADER_LOCK, asked.signal).then((held) => {
        // Granted while the request was being cancelled.
        if (asked.signal.aborted) return held.release();
        lock = held;
        handle({ kind: "lock-granted" });
      }, (error: unknown) => {
        if (!asked.signal.aborted) handle({ kind: "lock-refused", reason: String(error) });
      });
    },
    "cancel-request": () => request?.abort("the tab does not lead"),
    "start-run"() {
      const own = run = new AbortController();
      const ended = new AbortController();
      own.signal.addEventListener("abort", () => watchOverdue(own, ended.signal));
      // Owned by `own`.
      void runOnce(deps, own.signal).then((end) => {
        ended.abort("the run ended");
        if (end.kind !== "finished") deps.log.write("error", "leader-run-failed", { end });
        if (run === own) handle({ kind: "run-ended", end });
      });
    },
    "abort-run": () => run?.abort("leadership ends"),
    "release-lock"() {
      lock?.release();
      lock = undefined;
      run = undefined;
    },
  };
}

/** Actor shell of the run: its end becomes data; after the abort every end is an expected one. */
async function runOnce(deps: LeadershipDeps, signal: AbortSignal): Promise<RunEnd> {
  try {
    const term = await deps.takeTerm(signal);
    if (!term.ok) return { kind: "no-term", error: term.error };
    await deps.runAsLeader(term.value, signal);
    return { kind: "finished" };
  } catch (error) {
    return signal.aborted ? { kind: "finished" } : { kind: "failed", reason: String(error) };
  }
}
