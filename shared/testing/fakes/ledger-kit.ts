/** A ledger over a store in memory, whose work a test ends by hand. */

import { toEpochMs } from "../../base/brands.ts";
import type { InputCandidate } from "../../ledger/admission.ts";
import { createLedger } from "../../ledger/ledger.ts";
import type { Completion, PerformOutcome } from "../../ledger/outcome.ts";
import type { PrivateCandidate } from "../../ledger/private-work.ts";
import type { InputRecord, PeerStore } from "../../ports/peer-store.ts";
import { CountingIds } from "./counting-ids.ts";
import { enginePlaces } from "./engine-places.ts";
import { candidateOf } from "./input-records.ts";
import { ManualClock, settleMicrotasks } from "./manual-clock.ts";
import { MemoryPeerStore } from "./memory-peer-store.ts";
import { privateOf } from "./private-records.ts";
import { RecordingLog } from "./recording-log.ts";

export interface LedgerJob {
  readonly input: InputRecord;
  readonly signal: AbortSignal;
  finish(outcome: PerformOutcome): void;
}

const never = (): AbortSignal => new AbortController().signal;

export const ada = Object.freeze({ roomId: "room", persona: "ada" });

export const endedOk: PerformOutcome = { kind: "ended", outcome: "done", segments: [{ said: 1 }] };

export interface LedgerKitOptions {
  readonly slots?: number;
  readonly store?: MemoryPeerStore;
  /** What the ledger works through; the store itself unless told. */
  readonly through?: (store: PeerStore) => PeerStore;
  readonly ids?: CountingIds;
}

export function createLedgerKit(options: LedgerKitOptions = {}) {
  const { slots = 1, store = new MemoryPeerStore(), ids = new CountingIds() } = options;
  const clock = new ManualClock({ epochMs: toEpochMs(1_000) });
  const jobs: LedgerJob[] = [];
  const told: Record<string, Completion> = {};
  const log = new RecordingLog();
  let free = slots;
  const ledger = createLedger({
    ...{ clock, log, ids },
    store: options.through?.(store) ?? store,
    deviceOf: () => "dev",
    perform: (input, signal) =>
      new Promise((resolve) => {
        jobs.push({ input, signal, finish: resolve });
      }),
    places: enginePlaces(clock, () => free),
    newestHumanTurn: () => 0,
    settleFacts: () => ({ fingerprint: "fp", head: 9 }),
    onTrouble: () => undefined,
    newSessionBody: {},
  });
  const inputOf = (id: string): InputRecord | undefined =>
    store.inputs.find((input) => input.id === id);
  const wait = async (input: InputRecord): Promise<void> => {
    // Rejects only when the test is over.
    ledger.completion(input, never()).then(
      (result) => result.ok && (told[input.id] = result.value),
      () => undefined,
    );
    await settleMicrotasks();
  };

  return {
    ...{ clock, jobs, ledger, store, told, wait, inputOf, log },
    begin() {
      const controller = new AbortController();
      const ended = ledger.run(controller.signal).catch((error: unknown) => error);
      return { controller, ended };
    },
    /** Admits a turn's work. */
    async turn(change: Partial<InputCandidate> = {}): Promise<InputRecord> {
      const admitted = await ledger.admit(candidateOf(change), never());
      if (!admitted.ok) throw new Error(admitted.error.kind);
      await settleMicrotasks();
      return admitted.value.input;
    },
    /** Admits private work. */
    async work(change: Partial<PrivateCandidate> = {}): Promise<InputRecord> {
      const admitted = await ledger.admitPrivate(privateOf(change), never());
      if (!admitted.ok) throw new Error(admitted.error.kind);
      await settleMicrotasks();
      return admitted.value.input;
    },
    async done(index: number, outcome: PerformOutcome = endedOk): Promise<void> {
      jobs[index]?.finish(outcome);
      await settleMicrotasks();
    },
    setSlots: (next: number) => {
      free = next;
      ledger.wake();
    },
    phases: () => store.inputs.map((input) => input.phase),
    reasons: () => store.inputs.map((input) => input.reason),
    notes: async (persona = "ada") => {
      const log = await store.segments("room", persona, 0, 99, never());
      return log.ok ? log.value.map((row) => row.body) : [];
    },
  };
}
