import { expect, test } from "vitest";
import type { InputRecord, PeerStore } from "../ports/peer-store.ts";
import { CountingIds } from "../testing/fakes/counting-ids.ts";
import { crashingStore, type CrashPlan } from "../testing/fakes/crashing-store.ts";
import { enginePlaces } from "../testing/fakes/engine-places.ts";
import { candidateOf, everybody } from "../testing/fakes/input-records.ts";
import { ManualClock, settleMicrotasks } from "../testing/fakes/manual-clock.ts";
import { MemoryPeerStore } from "../testing/fakes/memory-peer-store.ts";
import { RecordingLog } from "../testing/fakes/recording-log.ts";
import type { InputCandidate } from "./admission.ts";
import { createLedger } from "./ledger.ts";
import type { PerformOutcome } from "./outcome.ts";

/** What the room asks for: two messages to Ada, one to Ben, and a follow-up. */
const due: readonly InputCandidate[] = [
  candidateOf({ turn: 1 }),
  candidateOf({ turn: 2 }),
  candidateOf({ turn: 2, persona: "ben" }),
  candidateOf({ turn: 3, persona: "cy", kind: "peer", human: false }),
];

/** Ben's first run loses its engine after some text; everything else answers. */
function performOnce(input: InputRecord): PerformOutcome {
  if (input.persona === "ben" && input.partialText === "") {
    return { kind: "interrupted", reason: "engine-lost", partialText: "Half" };
  }
  const text = `${input.partialText} done`.trim();
  return {
    kind: "done",
    settled: { outcome: { kind: "replied", text, finish: "stop" }, seenSeq: 3 },
  };
}

/** One page's life over `store`: the intake asks for what is due, the loop works it off. */
async function live(store: PeerStore, ids: CountingIds): Promise<void> {
  const clock = new ManualClock();
  const ledger = createLedger({
    clock,
    store,
    log: new RecordingLog(),
    ids,
    deviceOf: () => "dev",
    perform: (input) => Promise.resolve(performOnce(input)),
    places: enginePlaces(clock, () => 1),
    newestHumanTurn: () => 2,
    settleFacts: () => ({ fingerprint: "fp", head: 9 }),
    onTrouble: () => undefined,
  });
  const controller = new AbortController();
  const ended = ledger.run(controller.signal).catch(() => undefined);
  const intake = ledger.reconcile(everybody, due, () => "settled", controller.signal);
  intake.catch(() => undefined);
  await settleMicrotasks();
  await clock.advance(10_000);
  controller.abort("page over");
  await Promise.race([ended, settleMicrotasks()]);
}

async function liveTwice(plan: CrashPlan) {
  const store = new MemoryPeerStore();
  const ids = new CountingIds();
  const dying = crashingStore(store, plan, () => undefined);
  await live(dying.store, ids);
  await live(store, ids);
  return { store, hasCrashed: dying.hasCrashed() };
}

async function check(store: MemoryPeerStore): Promise<void> {
  const bodies = store.unsent.map((row) => row.entry.body as { persona: string });
  const work = bodies.map((body) => {
    const { turn, persona, outcome } = body as never as {
      turn: number;
      persona: string;
      outcome: { kind: string; text?: string };
    };
    return `${turn} ${persona} ${outcome.kind} ${outcome.text ?? ""}`.trim();
  });
  // One settlement for each due entry, whatever happened in between. Ben's text always goes on;
  // Ada's first message is merged, or answered when the crash came before the second was there.
  expect(work.filter((line) => line.startsWith("1 ada")).length).toBe(1);
  expect(work.toSorted().slice(1)).toEqual([
    "2 ada replied done",
    "2 ben replied Half done",
    "3 cy replied done",
  ]);
  expect(store.inputs.every((input) => input.phase !== "queued" && input.phase !== "staged"))
    .toBe(true);
  expect(store.receipts.map((receipt) => receipt.inputId).toSorted())
    .toEqual(store.inputs.map((input) => input.id).toSorted());
}

test.each([false, true])(
  "[LG19] [LG11] [LG13] a page that dies at any store call loses and doubles nothing: %s",
  async (isCommitted) => {
    let atCall = 1;
    for (;; atCall += 1) {
      const { store, hasCrashed } = await liveTwice({ atCall, isCommitted });
      await check(store);
      if (!hasCrashed) break;
    }
    // The whole life has some 25 store calls; fewer would mean that the loop was not exercised.
    expect(atCall).toBeGreaterThan(20);
  },
);

test("[LG16] a store that fails at any write ends with the same work done", async () => {
  for (let write = 1; write <= 24; write += 1) {
    const store = new MemoryPeerStore();
    store.abortAtWrite(write);
    const ids = new CountingIds();
    await live(store, ids);
    await live(store, ids); // A refused admission is due again at the next entry.
    await check(store);
  }
});
