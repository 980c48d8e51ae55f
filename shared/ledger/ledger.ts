/**
 * Ledger: the only queue of work for personas on this device (D35).
 *
 * Owns admission, the drain and the waiters. Does not own the rows: the PeerStore is the state, so
 * that a crash at any point leaves nothing else to mend.
 *
 * Rules (shared/SPEC.md, section LG):
 *   LG23  An input is acknowledged only after it is durable.
 */

import { ok, type Result } from "../base/result.ts";
import type { IdSource } from "../ports/ids.ts";
import type { InputRecord } from "../ports/peer-store.ts";
import type { StorageError } from "../ports/room-log.ts";
import {
  decideAdmission,
  type InputCandidate,
  inputKey,
  type LedgerFull,
  reconcileInputs,
} from "./admission.ts";
import { createCompletions, type WaitersFull } from "./completions.ts";
import { createDrain, type DrainDeps } from "./drain.ts";
import { isLivePhase } from "./input-life.ts";
import { type LedgerLimits, ledgerLimits } from "./limits.ts";
import type { Completion, WithdrawReason } from "./outcome.ts";

export type LedgerDeps = Omit<DrainDeps, "limits"> & {
  readonly ids: IdSource;
  readonly limits?: LedgerLimits;
};

export interface Admitted {
  readonly input: InputRecord;
  /** False when the key was known: `input` is the stored one, which may have ended. */
  readonly added: boolean;
}

export interface Ledger {
  /** Stores work and wakes the loop; resolves after it is durable. Aborting cancels the wait. */
  admit(
    candidate: InputCandidate,
    signal: AbortSignal,
  ): Promise<Result<Admitted, LedgerFull | StorageError>>;
  /**
   * Makes the ledger hold of one room what its state calls for (D25): admits what is new, withdraws
   * what is not due any more, for the reason `whyOver` gives. Resolves to what was refused, `due`
   * again later.
   */
  reconcile(
    roomId: string,
    due: readonly InputCandidate[],
    whyOver: (input: InputRecord) => WithdrawReason,
    signal: AbortSignal,
  ): Promise<Result<{ readonly refused: readonly LedgerFull[] }, StorageError>>;
  /** Takes an input out, at once when it runs. Idempotent; an ended input stays as it is. */
  withdraw(inputId: string, reason: WithdrawReason): void;
  /** The engine, the room or the store changed: look again. */
  wake(): void;
  /** The drain loop. Runs until `signal` aborts, then rejects with `signal.reason`. */
  run(signal: AbortSignal): Promise<never>;
  /** How an input ended, or will. Aborting cancels the wait, not the input. */
  completion(
    input: Pick<InputRecord, "id" | "idempotencyKey">,
    signal: AbortSignal,
  ): Promise<Result<Completion, WaitersFull | StorageError>>;
  /** Ids of inputs in progress. */
  running(): readonly string[];
}

/** Makes the ledger of one device over its store. */
export function createLedger(given: LedgerDeps): Ledger {
  const deps = { ...given, limits: given.limits ?? ledgerLimits };
  const { store, ids, clock, limits } = deps;
  const completions = createCompletions(limits.waitersMax);
  const drain = createDrain(deps, completions);

  const admit: Ledger["admit"] = async (candidate, signal) => {
    const known = await store.inputByKey(inputKey(candidate), signal);
    if (!known.ok) return known;
    if (known.value !== undefined) return ok({ input: known.value, added: false });
    const live = await store.liveInputs(signal);
    if (!live.ok) return live;
    const born = { id: ids.next("in"), createdAt: clock.epochNow() };
    const decided = decideAdmission(live.value, candidate, born, limits);
    if (!decided.ok) return decided;
    const added = await store.addInput(
      { input: decided.value, replaces: [], segments: [] },
      signal,
    ); // LG23
    if (!added.ok) return added;
    for (const other of live.value) {
      const isReplaced = other.roomId === candidate.roomId && other.turn === candidate.turn &&
        other.persona === candidate.persona && other.attempt === candidate.attempt;
      if (isReplaced) drain.withdraw(other.id, "unassigned"); // LG4
    }
    drain.wake();
    return added;
  };

  return {
    admit,
    async reconcile(roomId, due, whyOver, signal) {
      const live = await store.liveInputs(signal);
      if (!live.ok) return live;
      const changes = reconcileInputs(live.value, roomId, due);
      const refused: LedgerFull[] = [];
      for (const candidate of changes.admit) {
        const admitted = await admit(candidate, signal);
        if (admitted.ok) continue;
        if (admitted.error.kind !== "ledger-full") return { ok: false, error: admitted.error };
        refused.push(admitted.error);
      }
      for (const input of changes.withdraw) drain.withdraw(input.id, whyOver(input));
      return ok({ refused });
    },
    withdraw: drain.withdraw,
    wake: drain.wake,
    run: drain.run,
    running: drain.running,
    async completion(input, signal) {
      // Registered before the look, so that an end between the two is not missed.
      const leave = new AbortController();
      const waiting = completions.wait(input.id, AbortSignal.any([signal, leave.signal]));
      if (!waiting.ok) return waiting;
      // Absorbed here, because it may reject while the store is asked; who awaits it still hears
      // it.
      waiting.value.catch(() => undefined);
      const stored = await store.inputByKey(input.idempotencyKey, signal);
      const phase = stored.ok ? stored.value?.phase : undefined;
      if (stored.ok && (phase === undefined || isLivePhase(phase))) {
        return ok(await waiting.value);
      }
      leave.abort("known already");
      if (!stored.ok) return stored;
      const ended = phase as "consumed" | "superseded" | "abandoned";
      return ok({ kind: "ended", phase: ended, outcome: stored.value?.reason ?? "" });
    },
  };
}
