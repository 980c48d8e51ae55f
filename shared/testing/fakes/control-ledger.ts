import { createLatch } from "../../base/latch.ts";
import { raceFirst, raceSignal } from "../../base/race.ts";
import { err, ok } from "../../base/result.ts";
import { firstMove } from "../../ledger/input-moves.ts";
import type { Completion, PerformOutcome, WithdrawReason } from "../../ledger/outcome.ts";
import type { PrivateCandidate } from "../../ledger/private-work.ts";
import type { Clock } from "../../ports/clock.ts";
import type { InputEndRow, InputRecord, PeerStore } from "../../ports/peer-store.ts";
import { encodeSegment } from "../../session/log/decode-segment.ts";
import type { SegmentBody } from "../../session/log/segments.ts";
import type { StorageError } from "../../ports/room-log.ts";
import type { ControllerLedger, SessionLife } from "../../session/control/controller-deps.ts";
import { valueOf } from "../contracts/contract-case.ts";

type Ended = "consumed" | "superseded" | "abandoned";

export interface ControlLedgerDeps {
  readonly store: PeerStore;
  readonly clock: Clock;
  readonly roomId: string;
  readonly persona: string;
  readonly nextId: () => string;
  /** The session's states as they were stored. */
  readonly saved: SessionLife[];
  /** Waits for the store; resolves to why it refuses. */
  readonly saving: (signal: AbortSignal) => Promise<StorageError | undefined>;
}

/**
 * The part of the ledger that a session's controller uses, for one session over a peer store: it
 * admits, takes one input at a time in order of arrival, begun ones first, and ends it as it is
 * told. What the process knew is gone with it; the rows are not.
 */
export class ControlLedger implements ControllerLedger {
  /** The next admissions are refused as by a full ledger. */
  isFull = false;
  /** Nothing is taken while it is true. */
  isHeld = false;
  readonly #bell = createLatch();
  readonly #withdrawn = new Map<string, WithdrawReason>();
  readonly #parked = new Set<string>();
  readonly #waiters = new Map<string, ((completion: Completion) => void)[]>();
  readonly #observers = new Set<(input: InputRecord) => void>();
  #running: { readonly id: string; readonly controller: AbortController } | undefined;
  readonly #given: ControlLedgerDeps;
  constructor(given: ControlLedgerDeps) {
    this.#given = given;
  }

  async admitPrivate(candidate: PrivateCandidate, signal: AbortSignal) {
    const { store, clock } = this.#given;
    const known = valueOf(await store.inputByKey(candidate.idempotencyKey, signal), "known");
    if (known !== undefined) return ok({ input: known, added: false });
    if (this.isFull) return err({ kind: "ledger-full", scope: "persona", entriesMax: 1 } as const);
    const id = this.#given.nextId();
    const at = clock.epochNow();
    const { segments, ...rest } = candidate;
    const isNote = rest.work.kind === "note";
    const key = rest.header.supersessionKey;
    const live = valueOf(await store.liveInputs(signal), "live");
    const replaced = live.filter((one) =>
      one.phase === "queued" && key !== undefined && one.header.supersessionKey === key
    );
    const endOf = (inputId: string, idempotencyKey: string, phase: Ended, outcome: string) => ({
      inputId,
      phase,
      reason: outcome,
      receipt: { inputId, idempotencyKey, outcome, at },
    });
    const admission = {
      version: 1,
      apply: isNote ? "next-run" : "run",
      wakes: !isNote,
      queue: key === undefined ? "fifo" : "coalesce",
      consume: isNote ? "accept" : "end",
      records: segments.length > 0,
    } as const;
    const added = await store.addInput({
      input: {
        ...rest,
        id,
        admission,
        phase: "queued",
        moves: [firstMove(at)],
        turn: 0,
        attempt: 0,
        assign: 0,
        createdAt: at,
        stagedCount: 0,
        partialText: "",
      },
      ...isNote ? { end: endOf(id, rest.idempotencyKey, "consumed", "accepted") } : {},
      replaces: replaced.map((one) =>
        endOf(one.id, one.idempotencyKey, "superseded", "coalesced") satisfies InputEndRow
      ),
      segments: segments.map((body) => ({ roomId: rest.roomId, persona: rest.persona, body })),
    }, signal);
    if (!added.ok) return added;
    for (const observer of this.#observers) observer(added.value.input);
    for (const one of replaced) this.#settle(one.id, "superseded", "coalesced");
    this.#bell.ring();
    return added;
  }

  withdraw(inputId: string, reason: WithdrawReason): void {
    if (!this.#withdrawn.has(inputId)) this.#withdrawn.set(inputId, reason);
    if (this.#running?.id === inputId) {
      this.#running.controller.abort({ kind: "withdrawn", reason });
    }
    this.#bell.ring();
  }

  async completion(input: Pick<InputRecord, "id" | "idempotencyKey">, signal: AbortSignal) {
    const waiting = new Promise<Completion>((resolve) => {
      this.#waiters.set(input.id, [...this.#waiters.get(input.id) ?? [], resolve]);
    });
    const { store } = this.#given;
    const stored = valueOf(await store.inputByKey(input.idempotencyKey, signal), "stored");
    if (stored !== undefined && stored.phase !== "queued" && stored.phase !== "staged") {
      const { phase, reason = "" } = stored;
      return ok<Completion>({ kind: "ended", phase, outcome: reason });
    }
    return ok(await raceSignal(waiting, signal));
  }

  inputs(inputsMax: number, signal: AbortSignal) {
    const { store, roomId, persona } = this.#given;
    return store.inputsOf(roomId, persona, inputsMax, signal);
  }

  async life(_signal: AbortSignal) {
    return await Promise.resolve(ok(this.#given.saved.at(-1) ?? ("active" as const)));
  }

  async change(operation: Parameters<ControllerLedger["change"]>[0], signal: AbortSignal) {
    const refused = await this.#given.saving(signal);
    if (refused !== undefined) return err(refused);
    const next = { pause: "paused", resume: "active", stop: "stopped", recycle: "active" } as const;
    this.#given.saved.push(next[operation]);
    return operation === "stop" ? await this.#stop(signal) : ok(undefined);
  }

  subscribe(observer: (input: InputRecord) => void): Disposable {
    this.#observers.add(observer);
    return { [Symbol.dispose]: () => void this.#observers.delete(observer) };
  }

  async #stop(signal: AbortSignal) {
    const live = await this.#given.store.liveInputs(signal);
    if (!live.ok) return live;
    for (const input of live.value) {
      if (input.work !== undefined) this.withdraw(input.id, "session-stopped");
    }
    return ok(undefined);
  }

  /** Ends an input as the ledger does that took it too often. */
  async wearOut(inputId: string, signal: AbortSignal): Promise<void> {
    const live = valueOf(await this.#given.store.liveInputs(signal), "live");
    const input = live.find((one) => one.id === inputId);
    if (input !== undefined) await this.#end(input, "failed:attempts", signal, [], "abandoned");
  }

  wake(): void {
    this.#parked.clear();
    this.#bell.ring();
  }

  /** Takes inputs until `signal` aborts. */
  async drain(
    perform: (input: InputRecord, signal: AbortSignal) => Promise<PerformOutcome>,
    signal: AbortSignal,
  ): Promise<never> {
    const { store, clock } = this.#given;
    for (const input of valueOf(await store.liveInputs(signal), "live")) {
      if (input.phase !== "staged") continue;
      const move = { to: "queued", at: clock.epochNow() } as const;
      valueOf(await store.updateInput(input.id, "staged", { move }, signal), "roll back");
    }
    for (;;) {
      const live = valueOf(await store.liveInputs(signal), "live");
      const gone = live.find((input) => this.#withdrawn.has(input.id));
      const next = live.filter((input) => !this.#parked.has(input.id))
        .toSorted((a, b) => b.stagedCount - a.stagedCount || a.order - b.order)[0];
      if (gone !== undefined) await this.#end(gone, this.#withdrawn.get(gone.id) ?? "", signal);
      else if (next !== undefined && !this.isHeld) await this.#perform(next, perform, signal);
      else await this.#bell.wait(signal);
    }
  }

  async #perform(
    input: InputRecord,
    perform: (input: InputRecord, signal: AbortSignal) => Promise<PerformOutcome>,
    signal: AbortSignal,
  ): Promise<void> {
    const { store, clock } = this.#given;
    const to = { to: "staged", at: clock.epochNow() } as const;
    const patch = { move: to, stagedCount: input.stagedCount + 1 };
    const staged = valueOf(await store.updateInput(input.id, "queued", patch, signal), "stage");
    const controller = new AbortController();
    this.#running = { id: input.id, controller };
    const outcome = await raceSignal(perform(staged, controller.signal), signal);
    this.#running = undefined;
    const reason = this.#withdrawn.get(input.id);
    if (reason !== undefined) {
      const partialText = "partialText" in outcome ? outcome.partialText : undefined;
      if (partialText !== undefined) {
        valueOf(await store.updateInput(input.id, "staged", { partialText }, signal), "text");
      }
      return await this.#end(staged, reason, signal);
    }
    if (outcome.kind === "ended") {
      return await this.#end(staged, outcome.outcome, signal, outcome.segments);
    }
    if (outcome.kind === "done") {
      const { outcome: settled, segments } = outcome.settled;
      return await this.#end(staged, settled.kind, signal, segments);
    }
    const move = { to: "queued", at: clock.epochNow() } as const;
    const partialText = outcome.partialText ?? staged.partialText;
    const back = { move, partialText, stagedCount: input.stagedCount };
    valueOf(await store.updateInput(input.id, "staged", back, signal), "back");
    if (outcome.kind !== "retry") return void this.#parked.add(input.id);
    await raceFirst([
      (inner) => clock.sleep(outcome.afterMs, inner),
      (inner) => this.#bell.wait(inner),
    ], signal);
  }

  async #end(
    input: InputRecord,
    outcome: string,
    signal: AbortSignal,
    bodies: readonly unknown[] = [],
    phase: Ended = this.#withdrawn.has(input.id) ? "abandoned" : "consumed",
  ): Promise<void> {
    const { store, clock } = this.#given;
    const { id: inputId, idempotencyKey, roomId, persona } = input;
    valueOf(
      await store.commitReply({
        inputId,
        phase,
        reason: outcome,
        receipt: { inputId, idempotencyKey, outcome, at: clock.epochNow() },
        segments: bodies.map((body) => ({ roomId, persona, body })),
      }, signal),
      "commit",
    );
    this.#withdrawn.delete(inputId);
    this.#settle(inputId, phase, outcome);
  }

  #settle(inputId: string, phase: Ended, outcome: string): void {
    const waiters = this.#waiters.get(inputId) ?? [];
    this.#waiters.delete(inputId);
    for (const tell of waiters) tell({ kind: "ended", phase, outcome });
  }
}

/** As a runner gives them to the ledger. */
export function storedSegments(
  bodies: readonly SegmentBody[],
  clock: Clock,
): readonly unknown[] {
  return bodies.map((body) => encodeSegment(body, clock.epochNow()));
}
