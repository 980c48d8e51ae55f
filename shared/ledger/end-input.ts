/**
 * Ends inputs, and tells everybody who is concerned what really became of them.
 *
 * Owns the way from an end to what is told. Does not own the rows (PeerStore) nor when an input
 * ends (drain.ts, session-calls.ts).
 *
 * Rules (shared/SPEC.md, section LG):
 *   LG31  Who waits is told what is stored of the input, whoever ended it: never that a queued
 *         input was abandoned.
 *   LG32  Observers see each input after each of its moves was stored, in that order.
 */

import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { InputRecord, PeerStore } from "../ports/peer-store.ts";
import type { StorageError } from "../ports/room-log.ts";
import { commitOf } from "./commit.ts";
import type { Completions } from "./completions.ts";
import { isLivePhase } from "./input-life.ts";
import type { LedgerLimits } from "./limits.ts";
import type { Completion, InputEnd } from "./outcome.ts";
import { untilStored } from "./stored.ts";

export interface EnderDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: PeerStore;
  readonly limits: LedgerLimits;
  /** This device's id in a room. */
  readonly deviceOf: (roomId: string) => string;
  /** What a settlement cites: fingerprint of the turn's plan, and the head of the log now. */
  readonly settleFacts: (
    input: InputRecord,
  ) => { readonly fingerprint: string; readonly head: number };
  /** The store began to fail, or (undefined) works again: people should know. */
  readonly onTrouble: (error: StorageError | undefined) => void;
}

export interface Ender {
  /** Commits the end of a live input, and tells what is stored then. */
  end(input: InputRecord, end: InputEnd, signal: AbortSignal): Promise<void>;
  /** Looks up what became of an input that this call may have ended, and tells it. */
  tell(input: Pick<InputRecord, "id" | "idempotencyKey">, signal: AbortSignal): Promise<void>;
  /** An input moved, durably. */
  moved(input: InputRecord): void;
  subscribe(observer: (input: InputRecord) => void): Disposable;
}

/** What is told of a stored input; undefined while it is live. */
export function completionOf(input: InputRecord | undefined): Completion | undefined {
  // Only forgetting a session removes an input that was stored.
  if (input === undefined) {
    return { kind: "ended", phase: "abandoned", outcome: "session-forgotten" };
  }
  if (isLivePhase(input.phase)) return undefined;
  const phase = input.phase as "consumed" | "superseded" | "abandoned";
  return { kind: "ended", phase, outcome: input.reason ?? "" };
}

export function createEnder(deps: EnderDeps, completions: Completions): Ender {
  const { store, clock, log } = deps;
  const observers = new Set<(input: InputRecord) => void>();

  const moved = (input: InputRecord): void => {
    for (const observer of [...observers]) observer(input); // LG32
  };

  const tell: Ender["tell"] = async ({ id, idempotencyKey }, signal) => {
    if (observers.size === 0 && !completions.isWaitedFor(id)) return;
    const call = () => store.inputByKey(idempotencyKey, signal);
    const read = await untilStored(deps, call, signal);
    const input = read.ok ? read.value : undefined;
    const completion = completionOf(input); // LG31
    if (completion === undefined) return;
    if (input !== undefined) moved(input);
    completions.settle(id, completion);
  };

  return {
    async end(input, end, signal) {
      const isPrivate = input.work !== undefined;
      const commit = commitOf(input, end, {
        device: deps.deviceOf(input.roomId),
        at: clock.epochNow(),
        ...(isPrivate ? { fingerprint: "", head: 0 } : deps.settleFacts(input)),
      });
      const stored = await untilStored(deps, () => store.commitReply(commit, signal), signal);
      if (!stored.ok) {
        // Ended by another writer of this store; its receipt counts.
        log.write("warn", "input-ended-elsewhere", { inputId: input.id, kind: stored.error.kind });
      }
      log.write("debug", "input-ended", { inputId: input.id, end: end.kind });
      await tell(input, signal);
    },
    tell,
    moved,
    subscribe(observer) {
      observers.add(observer);
      return { [Symbol.dispose]: () => void observers.delete(observer) };
    },
  };
}
