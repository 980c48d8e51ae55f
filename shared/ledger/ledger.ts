/**
 * Ledger: the only queue of work for personas on this device (D35).
 *
 * Owns admission, the drain and the waiters. Does not own the rows: the PeerStore is the state, so
 * that a crash at any point leaves nothing else to mend.
 *
 * Rules (shared/SPEC.md, section LG):
 *   LG23  An input is acknowledged only after it is durable.
 */

import { err, ok, type Result } from "../base/result.ts";
import type { IdSource } from "../ports/ids.ts";
import type { InputRecord } from "../ports/peer-store.ts";
import type { StorageError } from "../ports/room-log.ts";
import {
  decideAdmission,
  type InputCandidate,
  inputKey,
  type LedgerFull,
  reconcileInputs,
  type ReconcileScope,
} from "./admission.ts";
import { createCompletions, type WaitersFull } from "./completions.ts";
import { createDrain, type Drain, type DrainDeps } from "./drain.ts";
import { completionOf, createEnder, type Ender } from "./end-input.ts";
import { type LedgerLimits, ledgerLimits } from "./limits.ts";
import type { Completion, WithdrawReason } from "./outcome.ts";
import { decidePrivate, privateKey, refuseDurability } from "./private-admission.ts";
import type { AdmissionRefused, PrivateCandidate, SessionRef } from "./private-work.ts";
import { createSessionCalls, type SessionCalls } from "./session-calls.ts";
import type { SessionState } from "./session-life.ts";
import { createSessionStates, type SessionStates } from "./session-states.ts";

export type LedgerDeps = Omit<DrainDeps, "limits"> & {
  readonly ids: IdSource;
  readonly limits?: LedgerLimits;
  /** Body of a session's record that the ledger has to make. */
  readonly newSessionBody?: unknown;
};

export interface Admitted {
  readonly input: InputRecord;
  /** False when the key was known: `input` is the stored one, which may have ended. */
  readonly added: boolean;
}

export interface InputUnknown {
  readonly kind: "input-unknown";
  readonly inputId: string;
}

export interface Ledger extends SessionCalls {
  /** Stores work and wakes the loop; resolves after it is durable. Aborting cancels the wait. */
  admit(
    candidate: InputCandidate,
    signal: AbortSignal,
  ): Promise<Result<Admitted, LedgerFull | StorageError>>;
  /** The same for work off the room's turns; what it replaces ends in the same transaction. */
  admitPrivate(
    candidate: PrivateCandidate,
    signal: AbortSignal,
  ): Promise<Result<Admitted, AdmissionRefused | LedgerFull | StorageError>>;
  /**
   * Makes the ledger hold of some personas of a room what its state calls for (D25): admits what is
   * new, withdraws what is not due any more, for the reason `whyOver` gives. Resolves to what was
   * refused, `due` again later.
   */
  reconcile(
    scope: ReconcileScope,
    due: readonly InputCandidate[],
    whyOver: (input: InputRecord) => WithdrawReason,
    signal: AbortSignal,
  ): Promise<Result<{ readonly refused: readonly LedgerFull[] }, StorageError>>;
  /** Takes an input out, at once when it runs. Idempotent; an ended input stays as it is. */
  withdraw(inputId: string, reason: WithdrawReason): void;
  /** Breaks the run of an input off; it is taken again, and no attempt is spent. */
  interrupt(inputId: string, reason: string): void;
  /** The engine, the room or the store changed: look again. */
  wake(): void;
  /** The drain loop. Runs until `signal` aborts, then rejects with `signal.reason`. */
  run(signal: AbortSignal): Promise<never>;
  /** How an input ended, or will. Aborting cancels the wait, not the input. */
  completion(
    input: Pick<InputRecord, "id" | "idempotencyKey">,
    signal: AbortSignal,
  ): Promise<Result<Completion, WaitersFull | InputUnknown | StorageError>>;
  /** Ids of inputs in progress. */
  running(): readonly string[];
  /** The state of a session, as far as its room was looked at. */
  sessionState(session: SessionRef): SessionState;
  /** Calls back with each input after each of its moves was stored. */
  subscribe(observer: (input: InputRecord) => void): Disposable;
}

/** Makes the ledger of one device over its store. */
export function createLedger(given: LedgerDeps): Ledger {
  const deps = { ...given, limits: given.limits ?? ledgerLimits };
  const { store, ids, clock, limits } = deps;
  const completions = createCompletions(limits.waitersMax);
  const ender = createEnder(deps, completions);
  const states = createSessionStates(store, given.newSessionBody ?? null);
  const ownEphemerals: AdmitParts["ownEphemerals"] = new Map();
  const isOwn = ({ id }: InputRecord): boolean => ownEphemerals.has(id);
  const drain = createDrain(deps, { completions, ender, states, isOwn });
  const parts: AdmitParts = { ...deps, drain, ender, states, ownEphemerals };

  const admit: Ledger["admit"] = async (candidate, signal) => {
    const known = await store.inputByKey(inputKey(candidate), signal);
    if (!known.ok) return known;
    if (known.value !== undefined) return ok({ input: known.value, added: false });
    const live = await store.liveInputs(signal);
    if (!live.ok) return live;
    const born = { id: ids.next("in"), createdAt: clock.epochNow() };
    const decided = decideAdmission(live.value, candidate, born, limits);
    if (!decided.ok) return decided;
    const admission = { input: decided.value, replaces: [], segments: [] };
    const added = await store.addInput(admission, signal); // LG23
    if (!added.ok) return added;
    for (const other of live.value) {
      const isReplaced = other.roomId === candidate.roomId && other.turn === candidate.turn &&
        other.persona === candidate.persona && other.attempt === candidate.attempt;
      if (isReplaced) drain.withdraw(other.id, "unassigned"); // LG4
    }
    if (added.value.added) ender.moved(added.value.input);
    drain.wake();
    return added;
  };

  return {
    ...createSessionCalls({ store, limits, completions, drain, ender, states }),
    admit,
    admitPrivate: (candidate, signal) => admitPrivate(parts, candidate, signal),
    async reconcile(scope, due, whyOver, signal) {
      const live = await store.liveInputs(signal);
      if (!live.ok) return live;
      const changes = reconcileInputs(live.value, scope, due);
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
    interrupt: drain.interrupt,
    wake: drain.wake,
    run: drain.run,
    running: drain.running,
    sessionState: states.of,
    subscribe: ender.subscribe,
    async completion(input, signal) {
      // Registered before the look, so that an end between the two is not missed.
      const leave = new AbortController();
      const waiting = completions.wait(input.id, AbortSignal.any([signal, leave.signal]));
      if (!waiting.ok) return waiting;
      // Absorbed here, because it may reject while the store is asked; who awaits it still hears
      // it.
      waiting.value.catch(() => undefined);
      const stored = await store.inputByKey(input.idempotencyKey, signal);
      const end = stored.ok && stored.value !== undefined ? completionOf(stored.value) : undefined;
      if (stored.ok && stored.value !== undefined && end === undefined) {
        return ok(await waiting.value);
      }
      leave.abort("known already");
      if (!stored.ok) return stored;
      return end === undefined ? err({ kind: "input-unknown", inputId: input.id }) : ok(end);
    },
  };
}

interface AdmitParts extends Omit<LedgerDeps, "limits"> {
  readonly limits: LedgerLimits;
  readonly drain: Drain;
  readonly ender: Ender;
  readonly states: SessionStates;
  /** Ephemeral inputs that this page took; one that ended is forgotten at the next admission. */
  readonly ownEphemerals: Map<string, "adding" | "stored">;
}

async function admitPrivate(
  parts: AdmitParts,
  candidate: PrivateCandidate,
  signal: AbortSignal,
): Promise<Result<Admitted, AdmissionRefused | LedgerFull | StorageError>> {
  const { store, states, drain, ender, clock, ids, limits, ownEphemerals } = parts;
  const refused = refuseDurability(candidate);
  if (refused !== undefined) return err(refused);
  const key = privateKey(candidate, candidate.idempotencyKey);
  const known = await store.inputByKey(key, signal);
  if (!known.ok) return known;
  if (known.value !== undefined) return ok({ input: known.value, added: false }); // LG28
  const loaded = await states.load(candidate.roomId, signal);
  if (!loaded.ok) return loaded;
  const own = [...ownEphemerals].filter(([, phase]) => phase === "stored").map(([id]) => id);
  const live = await store.liveInputs(signal);
  if (!live.ok) return live;
  const state = states.of(candidate);
  if (state === "retired" || state === "stopped") return err({ kind: "session-closed", state });
  const activity = state === "paused" ? state : drain.isRunning(candidate) ? "running" : "idle";
  const facts = { id: ids.next("in"), createdAt: clock.epochNow(), activity, limits } as const;
  const decided = decidePrivate(live.value, candidate, facts);
  if (!decided.ok) return decided;
  for (const id of own) if (!live.value.some((input) => input.id === id)) ownEphemerals.delete(id);
  // Before it is stored: the loop may see it at once.
  if (candidate.header.durability === "ephemeral") ownEphemerals.set(facts.id, "adding");
  const added = await store.addInput(decided.value, signal); // LG23
  if (!added.ok || !added.value.added) {
    ownEphemerals.delete(facts.id);
    return added;
  }
  if (ownEphemerals.has(facts.id)) ownEphemerals.set(facts.id, "stored");
  if (decided.value.input.admission.apply === "run") drain.wake();
  ender.moved(added.value.input);
  for (const { inputId, receipt } of decided.value.replaces) {
    await ender.tell({ id: inputId, idempotencyKey: receipt.idempotencyKey }, signal);
  }
  return added;
}
